"""Queries in Lucene's syntax, compiled to a boolean over what a mention may hold.

What a query finds
------------------
* A word matches whole words, with or without ``#`` or ``@`` before it; ``#tag`` and ``@name`` match the tag and
  the name alone. What is no letter, digit or ``_`` parts words, in queries and in mentions alike, unless it is part of
  a name: ``C++``, ``C#``, ``H&M``, ``$ACME``, ``100%``. Emoji are words.
* Case, accents, width and style of letters are no difference (``streams.text.folding``). In Chinese, Japanese, Thai and
  other scripts without spaces a word is found wherever its signs stand in a row.
* Words, phrases, tags and names look in title, text and tags; ``source:`` and ``language:`` at the whole of
  the field (``language:en`` takes ``en-GB`` as well), ``author:`` at name and id, ``url:`` at the address.
* A query must need something that is there: one that a mention without any of its words would match is refused,
  also where that hides in one branch of an ``OR``.

``streams.queries.syntax`` says how it is read.
"""

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from streams.errors import QueryError
from streams.queries.nearness import Near, in_order, within
from streams.queries.searchable import EMOJI, Searchable
from streams.queries.syntax import FIELDS, AllOf, Asked, Nearby, NotThis, OneOf, Words, read_query, refuse
from streams.queries.terms import Term, terms_of

_REMEMBERED = 4096
"""Words whose terms are kept: a query is compiled many times with one part changed, and brands name the same things."""


class Every(Struct, frozen=True):
    """Every one of them."""

    parts: tuple["Node", ...]


class Either(Struct, frozen=True):
    """At least one of them."""

    parts: tuple["Node", ...]


class Without(Struct, frozen=True):
    """Not this."""

    part: "Node"


Node = Term | Near | Every | Either | Without


class Query(Struct, frozen=True):
    """A compiled query.

    Parameters
    ----------
    root
        The boolean over terms; negations stand at the terms alone.
    triggers
        Terms of which every matching mention holds at least one: without any of them there is nothing to ask.
    fields
        The fields beyond text that it looks at.
    """

    root: Node
    triggers: frozenset[Term]
    fields: frozenset[str]

    def holds(self, mention: Searchable) -> bool:
        """Tell whether a mention matches."""
        return holds(self.root, mention)


def compile_query(text: str) -> Query:
    """Compile a brand's query.

    Raises
    ------
    QueryError
        Where it cannot be read or would match everything; the message names the position and what to write.

    Examples
    --------
    >>> query = compile_query("northside AND (hospital OR #nhs) NOT shopping")
    >>> sorted(term.pattern for term in query.triggers)
    [' northside ']
    """
    root = _reduced(compile_part(read_query(text), text), negative=False)
    triggers = _triggers(root)
    if triggers is None:
        raise QueryError(
            f"{text!r} would match mentions that hold none of its words, through a NOT that stands alone or in one "
            "branch of an OR; join the NOT to what must be there, like: (a OR b) NOT c"
        )
    return Query(root=root, triggers=triggers, fields=fields_of(root))


def compile_part(asked: Asked, query: str) -> Node:
    """Compile a query that has been read, or a part of it, to a boolean over terms.

    Parameters
    ----------
    query
        The whole as it was written, for what is wrong with it.

    Raises
    ------
    QueryError
        Where nothing can be looked for; names the position and what to write.
    """
    match asked:
        case AllOf(parts):
            return Every(tuple(compile_part(part, query) for part in parts))
        case OneOf(parts):
            return Either(tuple(compile_part(part, query) for part in parts))
        case NotThis(part):
            return Without(compile_part(part, query))
        case Nearby():
            sides = (_alternatives(asked.left, query), _alternatives(asked.right, query))
            return in_order(sides, asked.most_between) if asked.in_order else within(sides, asked.most_between)
        case Words(slop=0):
            return _of_words(asked, query)
        case Words():
            return _sloppy(asked, query)


def _terms(words: Words, query: str) -> tuple[tuple[Term, ...], ...]:
    try:
        return _terms_anywhere(words.text, quoted=words.quoted, field=words.field)
    except QueryError:
        # Where it stands is told with the query that it stands in.
        terms_of(words, lambda at, what, remedy: refuse(query, at, what, remedy))
        raise


@lru_cache(_REMEMBERED)
def _terms_anywhere(text: str, *, quoted: bool, field: str) -> tuple[tuple[Term, ...], ...]:
    words = Words(text, 0, quoted=quoted, field=field)
    return tuple(map(tuple, terms_of(words, lambda at, what, remedy: refuse(text, at, what, remedy))))


def _of_words(words: Words, query: str) -> Node:
    return _one_or(Every, [_one_or(Either, list(choice)) for choice in _terms(words, query)])


def _alternatives(side: Asked, query: str) -> tuple[Term, ...]:
    """Return the terms of one side of a NEAR, which the syntax lets be words and an OR of them alone."""
    if isinstance(side, OneOf):
        return tuple(term for part in side.parts for term in _alternatives(part, query))
    assert isinstance(side, Words)
    [choice] = _terms(side, query)
    if any(term.signs or term.field for term in choice):
        refuse(query, side.at, "a word with signs or an emoji beside NEAR", "join the two by AND, or write a phrase")
    return tuple(choice)


def _sloppy(words: Words, query: str) -> Node:
    parts = words.text.split()
    if words.field or len(parts) < 2:
        refuse(query, words.at, "~ behind a single word is not supported", "remove it")
    if len({part.casefold() for part in parts}) < len(parts):
        refuse(query, words.at, "a word that stands twice in a phrase with ~", "remove the ~, or join the words by AND")
    sides = tuple(_alternatives(Words(part, words.at, quoted=True), query) for part in parts)
    return Near(sides, slop=words.slop)


def holds(node: Node, mention: Searchable) -> bool:
    """Tell whether a mention matches a node."""
    match node:
        case Term() | Near():
            return node.holds(mention)
        case Without(part):
            return not holds(part, mention)
        case Every(parts):
            return all(holds(part, mention) for part in parts)
        case Either(parts):
            return any(holds(part, mention) for part in parts)


def terms(node: Node) -> Iterator[Term]:
    """Yield all terms of a node, also those that must not be there."""
    match node:
        case Term():
            yield node
        case Near(sides):
            for side in sides:
                yield from side
        case Without(part):
            yield from terms(part)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from terms(part)


def fields_of(node: Node) -> frozenset[str]:
    """Return the fields beyond text that a node looks at."""
    asked = {term.field for term in terms(node)}
    return frozenset(field for field in (*FIELDS, EMOJI) if field in asked)


def _reduced(node: Node, *, negative: bool) -> Node:
    """Push negations down to the terms (De Morgan), so that what a query needs can be read off it."""
    match node:
        case Term() | Near():
            return Without(node) if negative else node
        case Without(part):
            return _reduced(part, negative=not negative)
        case Every(parts) | Either(parts):
            reduced = tuple(_reduced(part, negative=negative) for part in parts)
            return Every(reduced) if isinstance(node, Every) is not negative else Either(reduced)


def _triggers(node: Node) -> frozenset[Term] | None:
    """Return the terms of which one must be found for the node to hold; ``None`` where none need be."""
    match node:
        case Term():
            return frozenset((node,))
        case Near(sides):
            return max((frozenset(side) for side in sides), key=_rarity)
        case Without():
            return None
        case Every(parts):
            # The part whose shortest pattern is longest is, as a rule, the rarest.
            needed = [triggers for part in parts if (triggers := _triggers(part)) is not None]
            return max(needed, key=_rarity, default=None)
        case Either(parts):
            together: frozenset[Term] = frozenset()
            for part in parts:
                triggers = _triggers(part)
                if triggers is None:
                    return None
                together |= triggers
            return together


def _rarity(triggers: frozenset[Term]) -> tuple[bool, int, int]:
    """Order what may be looked for first: a whole source or language is common, however long its name."""
    is_rare = all(term.field not in {"source", "language"} for term in triggers)
    return is_rare, min(len(term.pattern) for term in triggers), -len(triggers)


def _one_or(many: type[Every] | type[Either], parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else many(tuple(parts))
