"""Cuts a query of a suite into tokens; refuses what cannot be one, with line and column."""

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


class Token(Struct, frozen=True):
    """A part of the query: ``kind`` is one of ``( ) )~ AND OR NOT NEAR atom field``."""

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


class Scanner:
    """Cuts a query into tokens.

    Parameters
    ----------
    query
        As it was copied.
    dialect
        The suite's.
    """

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

    def tokens(self) -> list[Token]:
        """Return all of them."""
        tokens: list[Token] = []
        while (token := self._next()) is not None:
            tokens.append(token)
        return tokens

    def _next(self) -> Token | None:
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
                return Token(")~", at, found.group())
            self._skip_boost()
            return Token(sign, at, sign)
        if sign in "-–—−" and text[at + 1 : at + 2].strip() and not text[at - 1 : at].strip():
            self._at += 1
            return Token("NOT", at, sign)
        if sign in _QUOTES or sign == "{":
            return self._bounded(at, "")
        return self._word(at)

    def _skip_boost(self) -> None:
        """Pass over ``^9``, which says what is shown first and changes nothing of what is found."""
        if found := _BOOST.match(self._text, self._at):
            self._at = found.end()

    def _bounded(self, at: int, field: str) -> Token:
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
        return Token("atom", at, text[at : self._at], atom)

    def _word(self, at: int) -> Token:
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
        return Token("atom", at, written, Atom(written.removeprefix("++"), at, exact=exact))

    def _of_field(self, at: int, found: re.Match[str]) -> Token:
        field = found[1].lower()
        self._at = found.end()
        following = self._text[self._at]
        if following == "(":
            return Token("field", at, field)
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
        return Token("atom", at, self._text[at:end], Atom(_BOOST.sub("", value), at, field=field))

    def _operator(self, at: int, written: str) -> Token | None:
        large = written.upper()
        counts = written == large or self._dialect.any_case
        if large in {"AND", "OR", "NOT"}:
            if not counts:
                refuse(
                    self._query, at, f"{written!r} between words", f"write {large} in capitals, or put it into quotes"
                )
            return Token(large, at, written)
        near = _NEAR.fullmatch(written)
        if near is not None and (near[1].isupper() or self._dialect.any_case):
            if near[2] is None and self._dialect.default_distance is None:
                refuse(self._query, at, f"{written} without a number", "write how many words may stand between: NEAR/5")
            between = int(near[2]) if near[2] is not None else self._dialect.default_distance
            in_order = near[1].upper() == "ONEAR" or bool(near[3])
            return Token("NEAR", at, written, between=between, in_order=in_order)
        if counts and _ADJ.fullmatch(large):
            return Token("NEAR", at, written)
        return None
