"""``python -m alerts.ask_health``: the health check of a container. Asks ``HEALTH_URL``; 0 for yes, 1 for no.

It says what is missing, so that ``docker inspect`` shows it, and takes no proxy, for it asks its own container.
"""

import os
import sys
import urllib.error
import urllib.request

_ANSWER_S = 4.0
_MOST_BYTES = 4096


def ask(url: str) -> tuple[bool, str]:
    """Return whether the answer is 200, and what it says."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_ANSWER_S) as answer:
            return True, answer.read(_MOST_BYTES).decode(errors="replace")
    except urllib.error.HTTPError as error:
        return False, error.read(_MOST_BYTES).decode(errors="replace")
    except (OSError, ValueError) as error:
        return False, str(error)


if __name__ == "__main__":
    well, text = ask(os.environ.get("HEALTH_URL", "http://127.0.0.1:9101/healthz"))
    sys.stdout.write(f"{text}\n")
    sys.exit(0 if well else 1)
