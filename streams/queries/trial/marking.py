"""Where in a text the terms of a query stand, for people to see why it matched."""

import re
from collections.abc import Sequence
from functools import lru_cache

from streams.mention import EARLIEST, Mention
from streams.queries.query import Node, fields_of, holds, terms
from streams.queries.searchable import Searchable
from streams.queries.terms import Term
from streams.text.characters import fold_character, is_unspaced

_TOKEN = re.compile(r"[#@$.]*[^\W_](?:[\w'’&.+-]*[\w+%#])?|[^\w\s]+")
_LONGEST = 8
"""Words of a phrase that is looked for as one; a longer one is not marked."""
_MOST_TOKENS = 400


def spans(text: str, nodes: Sequence[Node]) -> list[tuple[int, int]]:
    """Return where the terms of a query stand in a text: rising, not overlapping, each as short as can be.

    Parameters
    ----------
    text
        What is shown of a mention, already harmless.
    nodes
        What is looked for.

    Examples
    --------
    >>> from streams.queries.query import compile_query
    >>> text = "At Northside's hospital: NORTHSIDE hospital shut"
    >>> [text[begin:end] for begin, end in spans(text, [compile_query('"northside hospital" OR shut').root])]
    ['NORTHSIDE hospital', 'shut']
    """
    looked_for = [term for node in nodes for term in terms(node) if term.field in {"", "emoji"}]
    tokens = _tokens(text)[:_MOST_TOKENS]
    found: list[tuple[int, int]] = []
    for term in looked_for:
        at = 0
        while at < len(tokens):
            width = _width(text, tokens, at, term)
            if width:
                found.append((tokens[at][0], tokens[at + width - 1][1]))
            at += max(1, width)
    return _apart(found)


def _width(text: str, tokens: list[tuple[int, int]], at: int, term: Term) -> int:
    """Return of how many words from one on a term is found, and not without the first; 0 where it is not."""
    for width in range(1, min(_LONGEST, len(tokens) - at) + 1):
        end = tokens[at + width - 1][1]
        if _holds(text[tokens[at][0] : end], term):
            without_first = text[tokens[at + 1][0] : end] if width > 1 else ""
            return 0 if without_first and _holds(without_first, term) else width
    return 0


@lru_cache(4096)
def _holds(text: str, term: Term) -> bool:
    return holds(term, Searchable(Mention(id="-", published=EARLIEST, content=text), fields_of(term)))


def _tokens(text: str) -> list[tuple[int, int]]:
    tokens: list[tuple[int, int]] = []
    for found in _TOKEN.finditer(text):
        begin, end = found.span()
        if not any(is_unspaced(fold_character(letter)) for letter in found.group()):
            tokens.append((begin, end))
            continue
        tokens += [(at, at + 1) for at in range(begin, end)]
    return tokens


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    apart: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if apart and begin < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((begin, end))
    return apart
