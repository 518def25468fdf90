"""Cuts a batch of texts into hashed tokens, in one compiled pass over their UTF-8.

A token is the 64-bit FNV-1a hash of its lower-cased bytes, runs of three or more squashed to two; no string is
built. A link and a user name are one token each; a hashtag gives itself whole, then its CamelCase parts; an emoticon
loses its nose; each emoji is one token without its skin tone; runs of ``! ? .`` and curly quotes are made alike. Every
token knows whether a negator stands before it in its clause. The pass is linear in the bytes and takes any bytes.
"""

# ruff: noqa: C901, PLR0912, PLR0915, PLR0917, PLR1714, SIM109 - one pass, in one place for the compiler's sake

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.negativity.characters import (
    APOSTROPHE,
    ELLIPSIS,
    EMOJI,
    LETTER,
    OFFSET,
    QUOTES,
    SIGN,
    SKIP,
    SPACE,
    STOP,
    code_point,
    emoticon,
    hash_bytes,
    is_alnum,
    kind_of,
    mix,
    starts_with,
)

LIMIT = 96
"""Tokens kept of one text; what comes after is not read. A tweet has about 20, at most 60."""

NEGATED, CAPITALS, ELONGATED, WORD, TAG, NUMBER = 1, 2, 4, 8, 16, 32
"""Flags of a token: in a negator's scope, all upper case, drawn out, made of letters, a whole hashtag, of digits."""

_NEGATORS = """
    not no never none nobody nothing neither nor nowhere without cannot cant can't won't wont don't dont doesn't doesnt
    didn't didnt isn't isnt aren't arent wasn't wasnt weren't werent ain't aint couldn't couldnt shouldn't shouldnt
    wouldn't wouldnt haven't havent hasn't hasnt hadn't hadnt mustn't needn't hardly barely rarely seldom lacks lack
""".split()  # noqa: SIM905 - three lines instead of fifty
_CLAUSE_ENDS = ("but", "however", "although", "though", "yet")


def _slots(words: Sequence[str], values: Sequence[int]) -> NDArray[np.uint64]:
    table = np.zeros((1024, 2), dtype=np.uint64)
    for word, value in zip(words, values, strict=True):
        key = hash_bytes(word.encode())
        slot = key & 1023
        while table[slot, 0]:
            slot = (slot + 1) & 1023
        table[slot] = key, value
    return table


_SCOPES = _slots([*_NEGATORS, *_CLAUSE_ENDS], [1] * len(_NEGATORS) + [2] * len(_CLAUSE_ENDS))


def _constant(name: str) -> np.uint64:
    return np.uint64(hash_bytes(name.encode()))


LINK, USER = _constant("<link>"), _constant("<user>")
_QUOTE, _COMMA = _constant('"'), _constant(",")
_DOT, _DOTS = _constant("."), _constant("...")
_BANG, _BANGS, _BANGSS = _constant("!"), _constant("!!"), _constant("!!!")
_ASK, _ASKS, _ASKBANG = _constant("?"), _constant("??"), _constant("?!")

SENTENCE_ENDS = np.array([_DOT, _DOTS, _BANG, _BANGS, _BANGSS, _ASK, _ASKS, _ASKBANG], dtype=np.uint64)
"""Tokens that end a sentence."""


@compiled
def _marks(data: NDArray[np.uint8], at: int, end: int, code: np.int64, size: int) -> tuple[Any, int]:
    """Take a run of ``! ? .``: its hash and where it ends. ``code`` and ``size`` are the first one's."""
    bangs = asks = dots = 0
    if size > 1:
        if code == 0x2026:
            dots = 3
        elif code == 0xFF01:
            bangs = 1
        elif code == 0xFF1F:
            asks = 1
        else:
            dots = 1
        at += size
    while at < end and (data[at] == 33 or data[at] == 46 or data[at] == 63):
        bangs += data[at] == 33
        asks += data[at] == 63
        dots += data[at] == 46
        at += 1
    if bangs and asks:
        return _ASKBANG, at
    if bangs:
        return _BANG if bangs == 1 else _BANGS if bangs == 2 else _BANGSS, at
    if asks:
        return _ASK if asks == 1 else _ASKS, at
    return _DOT if dots == 1 else _DOTS, at


@compiled
def _tag(data: NDArray[np.uint8], at: int, end: int) -> tuple[Any, int]:
    """Take a hashtag from behind its ``#``: its hash and where it ends."""
    value = mix(OFFSET, 35)
    while at < end and (is_alnum(data[at]) or data[at] == 95 or data[at] >= 128):
        letter = data[at]
        if letter >= 128:
            code, size = code_point(data, at, end)
            if kind_of(code) != LETTER:
                break
            for index in range(at, at + size):
                value = mix(value, data[index])
            at += size
        else:
            value = mix(value, letter + 32 if 65 <= letter <= 90 else letter)
            at += 1
    return value, at


@compiled(inline="always")
def _is_link(data: NDArray[np.uint8], at: int, end: int) -> bool:
    return data[at] | 32 in (104, 119) and (
        starts_with(data, at, end, b"http://")
        or starts_with(data, at, end, b"https://")
        or starts_with(data, at, end, b"www.")
    )


@compiled
def _word(data: NDArray[np.uint8], at: int, end: int, in_tag: bool) -> tuple[Any, int, int]:  # noqa: FBT001
    """Take a word, or one CamelCase part of a hashtag: its hash, its flags and where it ends."""
    start = at
    value = OFFSET
    last = before = np.uint8(0)
    upper = lower = digits = flag = 0
    while at < end:
        letter = data[at]
        if 97 <= letter <= 122:
            lower += 1
        elif 65 <= letter <= 90:
            if in_tag and lower:
                break
            upper += 1
            letter += 32
        elif 48 <= letter <= 57:
            digits += 1
        elif letter == 39:
            if not (at > start and at + 1 < end and is_alnum(data[at + 1])):
                break
        elif letter >= 128:
            code, size = code_point(data, at, end)
            kind = kind_of(code)
            if kind == APOSTROPHE and at > start and at + size < end and is_alnum(data[at + size]):
                value = mix(value, 39)
                at += size
                continue
            if kind == SKIP:
                at += size
                continue
            if kind != LETTER:
                break
            lower += 1
            for index in range(at, at + size - 1):
                value = mix(value, data[index])
            at += size - 1
            letter = data[at]
            if size == 2 and data[at - 1] == 0xC3 and 0x80 <= letter <= 0x9E and letter != 0x97:
                letter += 32
            last = np.uint8(0)
        else:
            break
        if letter == last and letter == before and not 48 <= letter <= 57:
            flag |= ELONGATED
        else:
            value = mix(value, letter)
        before = last
        last = letter
        at += 1
    flag |= WORD
    if upper >= 2 and not lower:
        flag |= CAPITALS
    if digits and not upper and not lower:
        flag |= NUMBER
    return value, flag, at


@compiled
def _tokenise(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    scopes: NDArray[np.uint64],
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    spans: NDArray[np.int32],
    counts: NDArray[np.int32],
) -> None:
    for text in range(len(offsets) - 1):
        at, begin, end = offsets[text], offsets[text], offsets[text + 1]
        count = 0
        negated = False
        tag_end = -1
        while at < end and count < LIMIT:
            byte = data[at]
            # --- what stands here?
            if byte <= 32 or byte == 127:
                at += 1
                continue
            size = 1
            kind = SIGN
            code: Any = np.int64(byte)
            if byte >= 128:
                code, size = code_point(data, at, end)
                kind = kind_of(code)
            elif is_alnum(byte):
                kind = LETTER
            elif byte == 39 or byte == 96:
                kind = APOSTROPHE
            elif byte == 34:
                kind = QUOTES
            elif byte == 33 or byte == 46 or byte == 63:
                kind = STOP
            if kind == SPACE or kind == SKIP or kind == APOSTROPHE:
                at += size
                continue
            start = at
            flag = 0
            value = np.uint64(0)
            if kind == STOP or kind == ELLIPSIS:
                value, at = _marks(data, at, end, code, size)
                negated = False
            elif kind == EMOJI:
                value = OFFSET
                for index in range(at, at + size):
                    value = mix(value, data[index])
                at += size
                if count >= 2 and hashes[text, count - 1] == value and hashes[text, count - 2] == value:
                    continue  # a row of the same emoji says no more than two
            elif kind == QUOTES:
                value = _QUOTE
                at += size
            elif kind == SIGN:
                if byte == 64 and at + 1 < end and (is_alnum(data[at + 1]) or data[at + 1] == 95):  # @name
                    at += 1
                    while at < end and (is_alnum(data[at]) or data[at] == 95):
                        at += 1
                    value = USER
                elif byte == 35 and at + 1 < end and (is_alnum(data[at + 1]) or data[at + 1] >= 128):  # #tag
                    at += 1
                    value, tag_end = _tag(data, at, end)
                    if tag_end == at:
                        continue
                    flag = TAG
                elif byte == 58 or byte == 59 or byte == 61 or byte == 60 or byte == 40 or byte == 41 or byte == 91:
                    value, size = emoticon(data, at, end)
                    if size and (at == begin or not (byte == 61 and is_alnum(data[at - 1]))):
                        at += size
                    else:
                        at += 1
                        if byte == 58 or byte == 59:
                            negated = False
                        continue
                elif byte == 44:
                    value = _COMMA
                    negated = False
                    at += 1
                else:
                    at += size
                    continue
            elif _is_link(data, at, end):
                while at < end and data[at] > 32:
                    at += 1
                value = LINK
            else:
                value, flag, at = _word(data, at, end, at < tag_end)
            hashes[text, count] = value
            flags[text, count] = flag | NEGATED if negated else flag
            spans[text, count, 0] = start - begin
            spans[text, count, 1] = (tag_end if flag & TAG else at) - begin
            count += 1
            if flag & WORD:
                slot = value & np.uint64(1023)
                while scopes[slot, 0]:
                    if scopes[slot, 0] == value:
                        negated = scopes[slot, 1] == 1
                        break
                    slot = (slot + np.uint64(1)) & np.uint64(1023)
        counts[text] = count


class Tokens(NamedTuple):
    """The tokens of a batch: hashes, flags and byte spans; a row for each text, of which ``counts`` are set."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    flags: NDArray[np.uint8]
    spans: NDArray[np.int32]
    counts: NDArray[np.int32]

    def of(self, places: NDArray[np.intp]) -> "Tokens":
        """Return the tokens of some of the texts."""
        return Tokens(
            self.data,
            self.offsets[places],
            self.hashes[places],
            self.flags[places],
            self.spans[places],
            self.counts[places],
        )


def tokenise(parts: Sequence[bytes]) -> Tokens:
    """Cut texts, given as UTF-8, into tokens.

    Examples
    --------
    >>> tokens = tokenise([b"NOT good!! #SaveUs", "not gooood ‼".encode()])
    >>> tokens.counts.tolist()
    [6, 3]
    >>> bool(tokens.hashes[0, 0] == tokens.hashes[1, 0]), bool(tokens.flags[0, 1] & NEGATED)
    (True, True)
    """
    data = np.frombuffer(b"".join(parts) or b"\0", dtype=np.uint8)
    offsets = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)), out=offsets[1:])
    shape = (len(parts), LIMIT)
    tokens = Tokens(
        data,
        offsets,
        np.empty(shape, dtype=np.uint64),
        np.empty(shape, dtype=np.uint8),
        np.empty((*shape, 2), dtype=np.int32),
        np.empty(len(parts), dtype=np.int32),
    )
    _tokenise(data, offsets, _SCOPES, *tokens[2:])
    return tokens
