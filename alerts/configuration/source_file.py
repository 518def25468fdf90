"""The file ``tocsin.yml``, from bytes to text: what is no configuration at all is refused here, in words."""

import hashlib
from pathlib import Path

from alerts.errors import ConfigurationError

_MOST_BYTES = 4 * 1024 * 1024
"""Far above any configuration that people keep; a file of another kind is not worth the memory."""
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HINT = "write one (README: Your own Kafka, Slack and pager) or name it with --config PATH"


def read_source(path: Path) -> str:
    """Return the text of a configuration file.

    Raises
    ------
    ConfigurationError
        Where it cannot be read, is no UTF-8, or holds nothing.
    """
    if path.is_dir():
        raise ConfigurationError(
            f"{path}: is a folder and no file; name the file in it with --config PATH (Docker makes a folder where "
            "the file that it should mount is missing)"
        )
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except PermissionError as error:
        raise ConfigurationError(
            f"{path}: this user may not read it; give it the right, such as chmod a+r {path.name}"
        ) from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot read the configuration: {error.strerror}; {_HINT}") from error
    if len(content) > _MOST_BYTES:
        raise ConfigurationError(f"{path}: has more than {_MOST_BYTES} bytes, and is no configuration; {_HINT}")
    text = _decoded(path, content)
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        held = "holds comments alone" if text.strip() else "is empty"
        raise ConfigurationError(f"{path}: {held}; {_HINT}")
    return text


def fingerprint(text: str) -> str:
    """Return the fingerprint of a file's content: the first digits of its SHA-256, as ``sha256sum`` prints it.

    Examples
    --------
    >>> fingerprint("brands: []")
    'a3964e7e2a78'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def fingerprint_of(path: Path) -> str:
    """Return the fingerprint of a file as it is now; nothing where it cannot be read."""
    try:
        return fingerprint(read_source(path))
    except ConfigurationError:
        return ""


def _decoded(path: Path, content: bytes) -> str:
    if content.startswith(_WIDE_MARKS) or b"\x00" in content[:4]:
        raise ConfigurationError(f"{path}: is saved as UTF-16 or UTF-32; save the file as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{path}:{line}: byte {error.start} is no UTF-8 (an old Windows or Mac encoding?); save the file as UTF-8"
        ) from error
