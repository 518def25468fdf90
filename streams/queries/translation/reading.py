"""Reads a query of a suite into a tree; refuses what cannot be read, or in two ways, with line and column."""

from msgspec import Struct

from streams.errors import QueryError
from streams.queries.translation.dialects import Dialect
from streams.queries.translation.scanning import Atom, Scanner, Token, refuse


class Both(Struct, frozen=True):
    """Every part."""

    parts: tuple["Tree", ...]


class Either(Struct, frozen=True):
    """At least one part."""

    parts: tuple["Tree", ...]


class Not(Struct, frozen=True):
    """Not the part."""

    part: "Tree"


class Distance(Struct, frozen=True):
    """Two parts near each other; ``between`` is ``None`` for an operator that is none of the suite's.

    Parameters
    ----------
    written
        The operator.
    at
        Where it stands.
    """

    left: "Tree"
    right: "Tree"
    between: int | None
    in_order: bool
    written: str
    at: int


class Near(Struct, frozen=True):
    """Parentheses with a distance behind them, ``(…)~5``."""

    part: "Tree"
    at: int
    written: str


Tree = Atom | Both | Either | Not | Distance | Near


_MOST_NESTED = 100


def read_tree(query: str, dialect: Dialect) -> Tree:
    """Read a query of a suite.

    Raises
    ------
    QueryError
        Where it cannot be read, or in two ways.

    Examples
    --------
    >>> from streams.queries.translation.dialects import DIALECTS
    >>> read_tree("apple NEAR/2f juice", DIALECTS["brandwatch"]).between
    2
    """
    return _Reader(query, dialect).whole()


class _Reader:
    """Turns tokens into a tree."""

    def __init__(self, query: str, dialect: Dialect) -> None:
        self._query, self._dialect = query, dialect
        self._tokens = Scanner(query, dialect).tokens()
        self._next = 0
        self._nested = 0

    def whole(self) -> Tree:
        if not self._tokens:
            raise QueryError("the query is empty: write at least one word that must be in a mention")
        tree = self._level("")
        if (token := self._peek()) is not None:
            refuse(self._query, token.at, "a closing parenthesis that nothing opened", "remove it")
        return tree

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _level(self, field: str) -> Tree:
        self._nested += 1
        if self._nested > _MOST_NESTED:
            raise QueryError(f"the query holds more than {_MOST_NESTED} parentheses inside each other: split it in two")
        operands: list[tuple[str, Tree, int]] = []
        joined = ""
        while (token := self._peek()) is not None and token.kind not in {")", ")~"}:
            if token.kind in {"AND", "OR"}:
                if not operands or joined:
                    refuse(self._query, token.at, f"{token.written!r} where a word should stand", "add the word")
                joined = token.kind
                self._next += 1
                continue
            if operands and not joined and token.kind != "NOT":
                if not self._dialect.space_is_and:
                    what = "two words side by side"
                    refuse(self._query, token.at, what, "write AND, OR or NOT between them, or quotes around a phrase")
                self._look_for_fields_side_by_side(operands[-1][1], token)
                joined = "AND"
            operands.append((joined or ("AND" if operands else ""), self._signed(field), token.at))
            joined = ""
        if joined or not operands:
            end = len(self._query.rstrip()) if token is None else token.at
            refuse(self._query, end, "it ends where a word should follow", "add the word, or remove the last operator")
        self._nested -= 1
        return self._joined(operands)

    def _look_for_fields_side_by_side(self, before: Tree, token: Token) -> None:
        """Refuse ``site:a site:b``, of which the suite says that it finds both sites, where a space is an AND else."""
        field = token.atom.field if token.atom else token.written if token.kind == "field" else ""
        if field and isinstance(before, Atom) and before.field == field:
            refuse(
                self._query, token.at, f"two {field}: side by side, which can be read in two ways", "write AND or OR"
            )

    def _joined(self, operands: list[tuple[str, Tree, int]]) -> Tree:
        kinds = {joined for joined, _, _ in operands[1:]}
        bare = next((part for _, part, _ in operands if isinstance(part, Distance)), None)
        if len(operands) > 1 and bare is not None:
            refuse(
                self._query, bare.at, f"{bare.written} beside AND, OR or NOT", "put it and its two sides in parentheses"
            )
        if len(kinds) > 1 and not self._dialect.and_before_or:
            first = operands[1][0]
            at = next(at for joined, _, at in operands[2:] if joined != first)
            remedy = "put parentheses around what belongs together"
            refuse(self._query, at, "AND or NOT beside OR, which can be read in two ways", remedy)
        either: list[list[Tree]] = []
        for joined, part, _ in operands:
            if joined == "AND":
                either[-1].append(part)
            else:
                either.append([part])
        alternatives = tuple(both[0] if len(both) == 1 else Both(tuple(both)) for both in either)
        return alternatives[0] if len(alternatives) == 1 else Either(alternatives)

    def _signed(self, field: str) -> Tree:
        token = self._peek()
        if token is not None and token.kind == "NOT":
            self._next += 1
            return Not(self._signed(field))
        return self._near(field)

    def _near(self, field: str) -> Tree:
        left = self._primary(field)
        while (token := self._peek()) is not None and token.kind == "NEAR":
            self._next += 1
            right = self._primary(field)
            left = Distance(left, right, token.between, token.in_order, token.written, token.at)
        return left

    def _primary(self, field: str) -> Tree:
        token = self._peek()
        if token is None or token.kind not in {"(", "atom", "field"}:
            at = len(self._query.rstrip()) if token is None else token.at
            refuse(self._query, at, "it ends where a word should follow", "add the word, or remove the last operator")
        self._next += 1
        if token.kind == "atom":
            assert token.atom is not None
            if field and token.atom.field:
                refuse(self._query, token.at, "a field inside a field", "write one of them")
            return token.atom if token.atom.field or not field else _with_field(token.atom, field)
        if token.kind == "field":
            if field:
                refuse(self._query, token.at, "a field inside a field", "write one of them")
            field = token.written
            self._next += 1
        tree = self._level(field)
        closing = self._peek()
        if closing is None:
            refuse(self._query, token.at, "a parenthesis that is never closed", "close it")
        self._next += 1
        if closing.kind == ")~":
            return Near(tree, token.at, closing.written)
        # Parentheses part a distance from what stands beside it.
        return Both((tree,)) if isinstance(tree, Distance) else tree


def _with_field(atom: Atom, field: str) -> Atom:
    return Atom(atom.text, atom.at, atom.quoted, field, atom.exact, atom.slop)
