"""The parts of a query as a person wrote it: its terms, and the query with one of them changed."""

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from streams.mention import Mention
from streams.queries.query import Node, compile_part, fields_of, holds
from streams.queries.searchable import Searchable
from streams.queries.syntax import AllOf, Asked, Nearby, NotThis, OneOf, Words
from streams.queries.written import written

Change = Callable[[Asked], Asked]
"""Given what a part becomes, returns the whole query with it."""


class Part(Struct, frozen=True):
    """A part of a query.

    Parameters
    ----------
    asked
        What it asks for.
    is_wanted
        Whether it makes a mention match; ``False`` under a NOT.
    changed
        Returns the whole query with something else in the part's place.
    """

    asked: Asked
    is_wanted: bool
    changed: Change


def parts_of(asked: Asked) -> Iterator[Part]:
    """Yield a query, and every part of it, from the outside in."""
    yield from _parts(asked, lambda whole: whole, is_wanted=True)


def _parts(asked: Asked, changed: Change, *, is_wanted: bool) -> Iterator[Part]:
    yield Part(asked, is_wanted, changed)
    match asked:
        case NotThis(part):
            yield from _parts(part, lambda inner: changed(NotThis(inner)), is_wanted=not is_wanted)
        case Nearby():
            yield from _parts(asked.left, lambda side: changed(replace(asked, left=side)), is_wanted=is_wanted)
            yield from _parts(asked.right, lambda side: changed(replace(asked, right=side)), is_wanted=is_wanted)
        case AllOf(parts) | OneOf(parts):
            for at, part in enumerate(parts):
                yield from _parts(part, _in_place(type(asked), parts, at, changed), is_wanted=is_wanted)


def _in_place(kind: type[AllOf | OneOf], parts: tuple[Asked, ...], at: int, changed: Change) -> Change:
    def put(other: Asked) -> Asked:
        return changed(kind((*parts[:at], other, *parts[at + 1 :])))

    return put


class CompiledTerm(Struct, frozen=True):
    """A term of a query as it was written: a word, a phrase, a tag, a field or a distance.

    Parameters
    ----------
    name
        As it would be written.
    node
        What it looks for.
    """

    name: str
    node: Node


class CompiledTree:
    """A query whose terms can be distinguished in a mention.

    Parameters
    ----------
    asked
        The query; must have been compiled.

    Examples
    --------
    >>> from streams.queries.syntax import read_query
    >>> tree = CompiledTree(read_query("northside OR #nhs NOT shop*"))
    >>> [term.name for term in tree.wanted]
    ['northside', '#nhs']
    """

    def __init__(self, asked: Asked) -> None:
        self._names: list[str] = []
        terms: list[CompiledTerm] = []
        self._wanted: list[bool] = []
        self._root = self._numbered(asked, terms, is_wanted=True)
        self.terms = tuple(terms)
        self.fields = frozenset().union(*(fields_of(term.node) for term in terms))

    def _numbered(self, asked: Asked, terms: list[CompiledTerm], *, is_wanted: bool) -> "_Tree":
        match asked:
            case Words() | Nearby():
                name = written(asked)
                if (name, is_wanted) in zip(self._names, self._wanted, strict=True):
                    return [*zip(self._names, self._wanted, strict=True)].index((name, is_wanted))
                self._names.append(name)
                self._wanted.append(is_wanted)
                terms.append(CompiledTerm(name, compile_part(asked, name)))
                return len(terms) - 1
            case NotThis(part):
                return ("not", (self._numbered(part, terms, is_wanted=not is_wanted),))
            case AllOf(parts):
                return ("all", tuple(self._numbered(part, terms, is_wanted=is_wanted) for part in parts))
            case OneOf(parts):
                return ("any", tuple(self._numbered(part, terms, is_wanted=is_wanted) for part in parts))

    @property
    def wanted(self) -> tuple[CompiledTerm, ...]:
        """The terms that make a mention match."""
        return tuple(term for term, is_wanted in zip(self.terms, self._wanted, strict=True) if is_wanted)

    def found(self, mention: Mention) -> tuple[frozenset[int], bool]:
        """Return which terms a mention holds, by their place in ``terms``, and whether it matches."""
        seen = Searchable(mention, self.fields)
        found = frozenset(at for at, term in enumerate(self.terms) if holds(term.node, seen))
        return found, _is_true(self._root, found)

    def brings(self, found: frozenset[int]) -> list[tuple[str, bool]]:
        """Return the wanted terms that a matching mention holds, and whether it matches by each alone."""
        return [
            (self.terms[at].name, not _is_true(self._root, found - {at})) for at in sorted(found) if self._wanted[at]
        ]


_Tree = int | tuple[str, tuple["_Tree", ...]]


def _is_true(tree: _Tree, found: frozenset[int]) -> bool:
    if isinstance(tree, int):
        return tree in found
    kind, parts = tree
    if kind == "not":
        return not _is_true(parts[0], found)
    return (all if kind == "all" else any)(_is_true(part, found) for part in parts)
