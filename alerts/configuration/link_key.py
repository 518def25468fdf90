"""The key that signs links where the configuration names none: made once, kept in the user's state folder."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from alerts.errors import ConfigurationError


def kept_link_key(environment: Mapping[str, str]) -> str:
    """Return the key of this user on this machine; all processes that share the folder get the same.

    Parameters
    ----------
    environment
        ``XDG_STATE_HOME`` or ``HOME`` says where the state folder is.

    Raises
    ------
    ConfigurationError
        Where it can be neither read nor made.
    """
    home = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME", "~")).expanduser() / ".local/state")
    path = Path(home) / "tocsin" / "link-key"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        fresh.write_text(secrets.token_urlsafe(32), encoding="utf-8")
        fresh.chmod(0o600)
        try:
            # A hard link is made whole or not at all, so that two processes never see two keys.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot keep a key for signing links: {error.strerror}; set links.keys_file to a file that "
            "the worker and the web process can both read"
        ) from error
