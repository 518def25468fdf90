"""What a byte or a code point is to the tokeniser, and how bytes become hashes: all compiled, all on integers."""

# ruff: noqa: C901, PLR0911, PLR0912, PLR1714 - tables written as ladders, which the compiler has fastest

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled

OFFSET = np.uint64(0xCBF29CE484222325)
PRIME = np.uint64(0x100000001B3)

SPACE, LETTER, SIGN, EMOJI, SKIP, APOSTROPHE, QUOTES, STOP, ELLIPSIS = range(9)
"""Kinds of code points."""


def hash_bytes(data: bytes) -> int:
    """Return the 64-bit FNV-1a hash of some bytes, as the compiled pass makes it.

    Examples
    --------
    >>> hex(hash_bytes(b"a"))
    '0xaf63dc4c8601ec8c'
    """
    value = int(OFFSET)
    for byte in data:
        value = ((value ^ byte) * int(PRIME)) & 0xFFFFFFFFFFFFFFFF
    return value


_HEART, _BROKEN_HEART = np.uint64(hash_bytes(b"<3")), np.uint64(hash_bytes(b"</3"))


@compiled(inline="always")
def mix(value: np.uint64, byte: int) -> Any:
    """Take one more byte into a hash."""
    return (value ^ np.uint64(byte)) * PRIME


@compiled
def code_point(data: NDArray[np.uint8], at: int, end: int) -> tuple[Any, int]:
    """Decode one code point of two bytes or more; a broken one is a single sign."""
    lead = data[at]
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if lead < 0xC2 or lead > 0xF4 or at + size > end:
        return 0xFFFD, 1
    code = np.int64(lead) & (0x7F >> size)
    for index in range(at + 1, at + size):
        if data[index] & 0xC0 != 0x80:
            return 0xFFFD, 1
        code = (code << 6) | (np.int64(data[index]) & 0x3F)
    return code, size


@compiled
def kind_of(code: int) -> int:
    """Say what a code point above ASCII is to the tokeniser."""
    if code < 0x2000:
        if code in (0xA0, 0x1680):
            return SPACE
        if code in (0xAB, 0xBB):
            return QUOTES
        if code in (0xA9, 0xAE):
            return EMOJI
        return SIGN if code < 0xC0 and code not in (0xAA, 0xB5, 0xBA) else LETTER
    if code < 0x2190:
        if code in (0x2018, 0x2019, 0x201B):
            return APOSTROPHE
        if 0x201C <= code <= 0x201F:
            return QUOTES
        if code == 0x2026:
            return ELLIPSIS
        if 0x200B <= code <= 0x200F or 0x2060 <= code <= 0x206F:
            return SKIP
        return SPACE if code <= 0x200A else EMOJI if code in (0x203C, 0x2049, 0x2122) else SIGN
    if code < 0x2C00 or 0x1F000 <= code < 0x1F3FB or 0x1F400 <= code < 0x1FB00:
        return EMOJI
    if 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF or 0xE0000 <= code <= 0xE01EF:
        return SKIP
    if code in (0x3002, 0xFF01, 0xFF0E, 0xFF1F, 0xFF61):
        return STOP
    return SPACE if code == 0x3000 else SIGN if code in (0x3001, 0xFF0C, 0xFFFD, 0xFEFF) else LETTER


@compiled(inline="always")
def is_alnum(byte: int) -> bool:
    """Whether a byte is an ASCII letter or digit."""
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122


@compiled
def starts_with(data: NDArray[np.uint8], at: int, end: int, prefix: bytes) -> bool:
    """Whether an ASCII prefix, given in lower case, stands here in any case."""
    if at + len(prefix) > end:
        return False
    for index in range(len(prefix)):
        byte = data[at + index]
        if 65 <= byte <= 90:
            byte += 32
        if byte != prefix[index]:
            return False
    return True


@compiled
def emoticon(data: NDArray[np.uint8], at: int, end: int) -> tuple[Any, int]:
    """Hash of an emoticon without its nose, and its length; length 0 where none stands here."""
    first = data[at]
    if first == 60:  # <
        if at + 1 < end and data[at + 1] == 51:
            return _HEART, 2
        if at + 2 < end and data[at + 1] == 47 and data[at + 2] == 51:
            return _BROKEN_HEART, 3
        return np.uint64(0), 0
    index = at + 1
    if first in (40, 41, 91, 93):  # ( ) [ ]: mirrored
        if index < end and data[index] == 45:
            index += 1
        if index < end and data[index] in (58, 59, 61) and (index + 1 >= end or not is_alnum(data[index + 1])):
            mouth = 41 if first in (40, 91) else 40
            eyes = 59 if data[index] == 59 else 58
            return mix(mix(OFFSET, eyes), mouth), index + 1 - at
        return np.uint64(0), 0
    tear = index < end and data[index] == 39
    if tear:
        index += 1
    if index < end and data[index] in (45, 94, 111, 42) and index + 1 < end:  # - ^ o *
        index += 1
    if index >= end:
        return np.uint64(0), 0
    mouth = data[index]
    if mouth == 91 or mouth == 123 or mouth == 60:
        mouth = 40
    elif mouth in (93, 125, 62):
        mouth = 41
    elif mouth == 92:
        mouth = 47
    elif mouth in (112, 80):
        mouth = 112
    elif mouth in (111, 79):
        mouth = 111
    if mouth not in (40, 41, 47, 112, 111, 68, 124, 51, 42, 36, 64, 99, 115, 83):
        return np.uint64(0), 0
    if is_alnum(mouth) and index + 1 < end and is_alnum(data[index + 1]):
        return np.uint64(0), 0
    value = mix(OFFSET, 59 if first == 59 else 58)
    if tear:
        value = mix(value, 39)
    value = mix(value, mouth)
    index += 1
    while index < end and data[index] == data[index - 1]:
        index += 1
    return value, index - at
