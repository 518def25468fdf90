"""Reads a query of a suite into a tree; refuses what cannot be read, or in two ways, with line and column."""

import re
from typing import NoReturn

from msgspec import Struct

from streams.errors import QueryError
from streams.queries.translation.dialects import Dialect


class Atom(Struct, frozen=True):
    """A word, a phrase, or what stands behind a field.

    Parameters
    ----------
    text
        Without its quotation marks or braces.
    at
        Where in the query it begins, field included, from 0.
    quoted
        Whether it stood in quotation marks.
    field
        In small letters; ``""`` for none.
    exact
        Whether it stood in ``{ }``, or behind ``++``: upper and lower case are told apart.
    slop
        For ``"a b"~5``.
    """

    text: str
    at: int
    quoted: bool = False
    field: str = ""
    exact: bool = False
    slop: int = 0


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


class _Token(Struct, frozen=True):
    kind: str
    at: int
    written: str
    atom: Atom | None = None
    between: int | None = None
    in_order: bool = False


_QUOTES = '"“”„‟＂«»'
_NEAR = re.compile(r"(O?NEAR)(?:/(\d{1,6})(f?))?", re.IGNORECASE)
_ADJ = re.compile(r"ADJ\d*|(?:W|N|PRE|WITHIN|NEXT|NW|FBY|ADJ)/\w{1,6}|SENTENCE|PARAGRAPH|SAME")
_FIELD = re.compile(r"([A-Za-z_][\w.]*):(?!//)(?=\S)")
_BOOST = re.compile(r"\^\d+(?:\.\d+)?")
_SLOP = re.compile(r"~(\d{1,6})")
_WORD_ENDS = re.compile(rf"[\s(){{}}{_QUOTES}]")
_COMMENT = re.compile(r"<<<.*?>>>", re.DOTALL)
_MOST_NESTED = 100


def place(query: str, at: int) -> tuple[int, int]:
    r"""Return line and column of a place in a query, both from 1.

    Examples
    --------
    >>> place("northside OR\n  hospital", 15)
    (2, 3)
    """
    return query.count("\n", 0, at) + 1, at - query.rfind("\n", 0, at)


def refuse(query: str, at: int, what: str, remedy: str) -> NoReturn:
    """Refuse a query with line, column, what is wrong there and what to write."""
    line, column = place(query, at)
    raise QueryError(f"line {line}, column {column}: {what}; {remedy}")


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


class _Scanner:
    """Cuts a query into tokens."""

    def __init__(self, query: str, dialect: Dialect) -> None:
        self._query, self._dialect = query, dialect
        # What is cut out keeps its place, so that places stay those of the query.
        text = query.replace("\ufeff", " ").replace("\u200b", " ").replace("\xa0", " ")
        if dialect.has_comments:
            text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
        for sign in ("<<<", ">>>"):
            if sign in text:
                why = "a comment that is not closed" if dialect.has_comments else f"{sign} is no sign of {dialect.name}"
                refuse(query, text.index(sign), why, "remove it")
        # A cell of a table that was copied with its quotation marks doubled.
        if text.count('""') > 1 and not re.search(r'(?<!")"(?:"")*(?!")', text):
            text = text.replace('""', ' "')
        self._text = text
        self._at = 0

    def tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        while (token := self._next()) is not None:
            tokens.append(token)
        return tokens

    def _next(self) -> _Token | None:
        text = self._text
        while self._at < len(text) and text[self._at].isspace():
            self._at += 1
        if self._at >= len(text):
            return None
        at, sign = self._at, text[self._at]
        if sign in "()":
            self._at += 1
            if sign == ")" and (found := _SLOP.match(text, self._at)):
                self._at = found.end()
                return _Token(")~", at, found.group())
            self._skip_boost()
            return _Token(sign, at, sign)
        if sign in "-–—−" and text[at + 1 : at + 2].strip() and not text[at - 1 : at].strip():
            self._at += 1
            return _Token("NOT", at, sign)
        if sign in _QUOTES or sign == "{":
            return self._bounded(at, "")
        return self._word(at)

    def _skip_boost(self) -> None:
        """Pass over ``^9``, which says what is shown first and changes nothing of what is found."""
        if found := _BOOST.match(self._text, self._at):
            self._at = found.end()

    def _bounded(self, at: int, field: str) -> _Token:
        text = self._text
        begin = self._at
        closing = "}" if text[begin] == "{" else _QUOTES
        end = begin + 1
        while end < len(text) and text[end] not in closing:
            end += 2 if text[end] == "\\" and text[end + 1 : end + 2] in {'"', "\\"} else 1
        if end >= len(text):
            what = "a brace" if closing == "}" else "a quotation mark"
            refuse(self._query, begin, f"{what} that is never closed", "close it")
        inner = re.sub(r'\\(["\\])', r"\1", text[begin + 1 : end])
        self._at = end + 1
        slop = 0
        if found := _SLOP.match(text, self._at):
            slop, self._at = int(found[1]), found.end()
        self._skip_boost()
        exact = closing == "}"
        inner = inner.strip()
        if exact and inner[:1] in _QUOTES and inner[-1:] in _QUOTES:
            inner = inner[1:-1]
        if not inner.strip():
            refuse(self._query, begin, "nothing between quotation marks or braces", "remove them")
        if self._at < len(text) and text[self._at] not in "() \t\r\n\f\v\u2028":
            refuse(
                self._query, self._at, "something right behind a closing quotation mark or brace", "put a space between"
            )
        atom = Atom(inner, at, quoted=not exact, field=field, exact=exact, slop=slop)
        return _Token("atom", at, text[at : self._at], atom)

    def _word(self, at: int) -> _Token:
        text = self._text
        if (found := _FIELD.match(text, at)) is not None:
            return self._of_field(at, found)
        ended = _WORD_ENDS.search(text, at)
        end = ended.start() if ended else len(text)
        written = text[at:end]
        if end < len(text) and text[end] not in "() \t\r\n\f\v" and not text[end].isspace():
            refuse(self._query, end, "a quotation mark or brace inside a word", "put a space before it")
        self._at = end
        written = _BOOST.sub("", written)
        if token := self._operator(at, written):
            return token
        exact = written.startswith("++")
        return _Token("atom", at, written, Atom(written.removeprefix("++"), at, exact=exact))

    def _of_field(self, at: int, found: re.Match[str]) -> _Token:
        field = found[1].lower()
        self._at = found.end()
        following = self._text[self._at]
        if following == "(":
            return _Token("field", at, field)
        if following in _QUOTES or following == "{":
            return self._bounded(at, field)
        ended = _WORD_ENDS.search(self._text, self._at)
        end = ended.start() if ended else len(self._text)
        value = self._text[self._at : end]
        if value.startswith("["):
            closing = self._text.find("]", end)
            end = len(self._text) if closing < 0 else closing + 1
            value = self._text[self._at : end]
        self._at = end
        return _Token("atom", at, self._text[at:end], Atom(_BOOST.sub("", value), at, field=field))

    def _operator(self, at: int, written: str) -> _Token | None:
        large = written.upper()
        counts = written == large or self._dialect.any_case
        if large in {"AND", "OR", "NOT"}:
            if not counts:
                refuse(
                    self._query, at, f"{written!r} between words", f"write {large} in capitals, or put it into quotes"
                )
            return _Token(large, at, written)
        near = _NEAR.fullmatch(written)
        if near is not None and (near[1].isupper() or self._dialect.any_case):
            if near[2] is None and self._dialect.default_distance is None:
                refuse(self._query, at, f"{written} without a number", "write how many words may stand between: NEAR/5")
            between = int(near[2]) if near[2] is not None else self._dialect.default_distance
            in_order = near[1].upper() == "ONEAR" or bool(near[3])
            return _Token("NEAR", at, written, between=between, in_order=in_order)
        if counts and _ADJ.fullmatch(large):
            return _Token("NEAR", at, written)
        return None


class _Reader:
    """Turns tokens into a tree."""

    def __init__(self, query: str, dialect: Dialect) -> None:
        self._query, self._dialect = query, dialect
        self._tokens = _Scanner(query, dialect).tokens()
        self._next = 0
        self._nested = 0

    def whole(self) -> Tree:
        if not self._tokens:
            raise QueryError("the query is empty: write at least one word that must be in a mention")
        tree = self._level("")
        if (token := self._peek()) is not None:
            refuse(self._query, token.at, "a closing parenthesis that nothing opened", "remove it")
        return tree

    def _peek(self) -> _Token | None:
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

    def _look_for_fields_side_by_side(self, before: Tree, token: _Token) -> None:
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
