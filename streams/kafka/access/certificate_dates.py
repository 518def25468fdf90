"""From when until when certificates are good, read from their PEM: ``ssl`` tells it of authorities alone."""

import binascii
import datetime as dt
import ssl

from msgspec import Struct

from streams.kafka.access.tls import certificates_in

_SEQUENCE, _VERSION = 0x30, 0xA0
_TIMES = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}
"""UTCTime and GeneralizedTime, as RFC 5280, section 4.1.2.5, has certificates write them."""
_LONG = 0x80
_CENTURY_ENDS = 2050


class Life(Struct, frozen=True, order=True):
    """When a certificate ends and when it began, epoch seconds."""

    ends: float
    begins: float


def lives(pem: str) -> list[Life]:
    """Return the lifetimes of all certificates in a PEM, in order; anything else is skipped.

    Examples
    --------
    >>> lives("no certificate")
    []
    """
    found = []
    for block in certificates_in(pem):
        try:
            found.append(_life(ssl.PEM_cert_to_DER_cert(block)))
        except (ValueError, IndexError, binascii.Error):
            continue
    return found


def _life(der: bytes) -> Life:
    """Read ``Certificate { tbsCertificate { [version], serialNumber, signature, issuer, validity { … } … } … }``."""
    signed = _inside(_inside(der, _SEQUENCE), _SEQUENCE)
    tag, _, rest = _next(signed)
    if tag == _VERSION:
        _, _, rest = _next(rest)
    _, _, rest = _next(rest)  # signature
    _, _, rest = _next(rest)  # issuer
    validity = _inside(rest, _SEQUENCE)
    first, begins, rest = _next(validity)
    second, ends, _ = _next(rest)
    return Life(ends=_moment(second, ends), begins=_moment(first, begins))


def _next(data: bytes) -> tuple[int, bytes, bytes]:
    """Return the tag and the content of the first element, and what comes behind it."""
    length, at = data[1], 2
    if length >= _LONG:
        at += length - _LONG
        length = int.from_bytes(data[2:at], "big")
    if at + length > len(data):
        raise ValueError("cut short")
    return data[0], data[at : at + length], data[at + length :]


def _inside(data: bytes, wanted: int) -> bytes:
    tag, content, _ = _next(data)
    if tag != wanted:
        raise ValueError(f"a {tag:#x} where a {wanted:#x} is due")
    return content


def _moment(tag: int, text: bytes) -> float:
    if tag not in _TIMES:
        raise ValueError("no time")
    then = dt.datetime.strptime(text.decode("ascii"), _TIMES[tag]).replace(tzinfo=dt.UTC)
    if len(text) == len("yymmddHHMMSSZ") and then.year >= _CENTURY_ENDS:
        then = then.replace(year=then.year - 100)  # two digits are 1950 to 2049
    return then.timestamp()
