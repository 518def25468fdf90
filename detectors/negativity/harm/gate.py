"""Which texts of a batch may report harm at all: one look at each token, so that few are read for it.

A word, or two of a phrase, of which alone a text is one of harm opens the gate, and so do two that
need another.
"""

# ruff: noqa: C901 - one pass, in one place for the compiler's sake

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.negativity.characters import hash_bytes
from detectors.negativity.harm import events
from detectors.negativity.lookup import build, find
from detectors.negativity.tokens import SENTENCE_ENDS, TAG, WORD, Tokens

_SURE = 2.2
_WORD = re.compile(r"[a-z0-9é]+(?:'[a-z0-9]+)*")
_REQUESTS = """boycott delete cancel uninstall unsubscribe ditch dump ban defund divest deactivate petition accountable
    mustgo blacklist resign shun""".split()  # noqa: SIM905 - two lines
_REFUSING = "quit avoid stop close switch stay don't dont never not steer sack".split()  # noqa: SIM905 - one line
_REFUSED = """buy buying shop shopping elsewhere wallet money account accounts clear using supporting support away
    fly flying give giving spend trust eat drink penny cent use book ever""".split()  # noqa: SIM905 - two lines
_MIX = np.uint64(0x9E3779B97F4A7C15)
_TAGGED = re.compile(
    r"(?i)#(?:boycott|uninstall|delete|cancel|defund|dontbuy|donotbuy|neverbuy|stopbuying|stopusing|shameon)"
)


def _key(words: Sequence[str]) -> int:
    first = hash_bytes(words[0].encode())
    return first if len(words) == 1 else (first * int(_MIX) ^ hash_bytes(words[1].encode())) & 0xFFFFFFFFFFFFFFFF


def _openers() -> dict[int, int]:
    """Return what opens the gate by its hash: ``_ALONE``, ``_TWICE``, or a bit that opens it with the next one near by.

    A phrase is told by the two longest words in it that are neighbours.
    """
    found: dict[int, int] = {}
    for words, bit in _words():
        pairs = [words[at : at + 2] for at in range(max(1, len(words) - 1))]
        key = _key(max(pairs, key=lambda pair: sum(map(len, pair))))
        found[key] = found.get(key, 0) | bit
    return found


_ALONE, _TWICE = 1, 2
"""Bits of what opens the gate alone, and of what opens it where there are two."""
_FIRST_PAIR = 2


def _words() -> Iterable[tuple[list[str], int]]:
    for phrase, weight in events.EVENTS.items():
        yield _WORD.findall(phrase), _ALONE if weight >= _SURE else _TWICE
    yield from (([word], _ALONE) for word in (*_REQUESTS, "fines"))
    pairs = [(pair.words, pair.beside) for pair in events.PAIRS]
    for place, (one, other) in enumerate([*pairs, (frozenset(_REFUSING), frozenset(_REFUSED))]):
        yield from ((_WORD.findall(word), 1 << (_FIRST_PAIR + 2 * place)) for word in sorted(one))
        yield from ((_WORD.findall(word), 2 << (_FIRST_PAIR + 2 * place)) for word in sorted(other))


_OPENERS = _openers()
_BITS = np.array(list(_OPENERS.values()), dtype=np.int64)
_SLOTS, _ROWS = build(np.array(list(_OPENERS), dtype=np.uint64))
_ONES = sum(1 << (_FIRST_PAIR + 2 * place) for place in range(len(events.PAIRS) + 1))
"""The bits of which the next one is the other of a pair."""


@compiled
def _may_report(  # noqa: PLR0917 - arrays one by one for the compiler
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    slots: NDArray[np.uint64],
    rows: NDArray[np.int32],
    bits: NDArray[np.int64],
    ends: NDArray[np.uint64],
    found: NDArray[np.uint8],
) -> None:
    for text in range(len(counts)):
        twice = 0
        one = two = three = four = five = 0  # the bits of the last five words
        is_open = is_tagged = False
        for index in range(counts[text]):
            key = hashes[text, index]
            own = 0
            row = find(slots, rows, key)
            if row >= 0:
                own |= bits[row]
            if index + 1 < counts[text]:
                row = find(slots, rows, key * _MIX ^ hashes[text, index + 1])
                if row >= 0:
                    own |= bits[row]
            if own:
                twice += own >> 1 & 1
                near = own | one | two | three | four | five
                if own & _ALONE or twice >= 2 or near & near >> 1 & _ONES:
                    is_open = True
                    break
            elif not flags[text, index] & WORD:
                for end in ends:
                    if key == end:
                        twice = one = two = three = four = 0
                        break
            one, two, three, four, five = own, one, two, three, four
            is_tagged |= flags[text, index] & TAG != 0
        found[text] = 1 if is_open else 2 if is_tagged else 0


def may_report(texts: Sequence[str], tokens: Tokens) -> NDArray[np.bool_]:
    """Return for each text whether it is worth reading for harm.

    Parameters
    ----------
    texts
        The batch.
    tokens
        The same, cut.
    """
    found = np.empty(len(tokens.counts), dtype=np.uint8)
    _may_report(tokens.hashes, tokens.flags, tokens.counts, _SLOTS, _ROWS, _BITS, SENTENCE_ENDS, found)
    for place in np.flatnonzero(found == 2).tolist():
        found[place] = _TAGGED.search(texts[place]) is not None
    return np.asarray(found == 1, dtype=np.bool_)
