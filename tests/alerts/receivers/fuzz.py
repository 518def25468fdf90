"""Tries every surface with hostile posts: ``python -m tests.alerts.receivers.fuzz COUNT [FIRST_SEED]``.

Prints the seeds of those that broke something; ``Stranger(seed).delivery()`` makes the same again. Interrupted
(Ctrl-C), it says how far it came.
"""

import sys
from contextlib import suppress

from tests.alerts.receivers.checks import CHECKS
from tests.alerts.receivers.hostile import Stranger


def main(count: int, first: int) -> int:
    """Try ``count`` deliveries, and return how many messages broke."""
    broken = tried = texts = 0
    with suppress(KeyboardInterrupt):
        for seed in range(first, first + count):
            stranger = Stranger(seed)
            delivery = stranger.delivery()
            for surface, check in CHECKS.items():
                try:
                    check(delivery)
                except Exception as error:  # noqa: BLE001 - each is what is looked for
                    broken += 1
                    print(f"{seed} {surface}: {type(error).__name__}: {str(error)[:300]}", flush=True)  # noqa: T201
            tried, texts = tried + 1, texts + stranger.texts
    print(f"{texts:,} hostile texts in {tried:,} deliveries, {tried * len(CHECKS):,} messages, {broken} broken")  # noqa: T201
    return broken


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0) > 0)
