"""Reads a query as it is written, into a tree; refuses what can be read in two ways, with the place and what to write.

How a query is read
-------------------
* ``NEAR/5`` binds closest, then ``NOT``, then ``AND``, then ``OR``, and a space last of all: ``a OR b c`` is
  ``(a OR b) AND c``. So a ``NOT`` (or ``-``) that stands beside the rest with nothing but a space forbids for the whole
  of its pair of parentheses, as Lucene's prohibited clause does: ``a OR b NOT c`` is ``(a OR b) AND NOT c``.
* What the tools that queries come from read in different ways is refused: an ``OR`` after a ``NOT``, an ``AND NOT``
  after an ``OR``, ``a, b``, an operator that is not in capitals, ``NEAR`` without its distance.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NoReturn

import regex
from msgspec import Struct

from streams.errors import QueryError
from streams.text.characters import APOSTROPHES
from streams.text.folding import ENTITY, unescaped

FIELDS = ("source", "language", "author", "url")
MAX_PARENTHESES = 200  # evaluated by recursion, one level each at worst; nobody reads a query of fifty
MOST_BETWEEN = 100
"""The widest NEAR: half a long post."""

ANY_LETTERS, ANY_LETTER = "\ue000", "\ue001"
"""Stand for an unescaped ``*`` and ``?`` in ``Words.text``."""


class Words(Struct, frozen=True):
    """A word, a phrase, a tag or a name.

    Parameters
    ----------
    text
        Without its quotation marks and backslashes; wildcards as ``ANY_LETTERS`` and ``ANY_LETTER``.
    at
        Where in the query it begins, from 0.
    quoted
        Whether it stood in quotation marks.
    field
        The field that it is looked for in; ``""`` for title, text and tags.
    slop
        For ``"a b"~5``: how far, in words, the words may be moved from where the phrase has them; 0 for a phrase.
    """

    text: str
    at: int
    quoted: bool = False
    field: str = ""
    slop: int = 0


class AllOf(Struct, frozen=True):
    """Every part."""

    parts: tuple["Asked", ...]


class OneOf(Struct, frozen=True):
    """At least one part."""

    parts: tuple["Asked", ...]


class NotThis(Struct, frozen=True):
    """Not the part."""

    part: "Asked"


class Nearby(Struct, frozen=True):
    """Two parts with so many words between them at most, ``in_order`` or either way round."""

    left: "Asked"
    right: "Asked"
    most_between: int
    in_order: bool
    at: int


Asked = Words | AllOf | OneOf | NotThis | Nearby


class _Token(Struct, frozen=True):
    """A part of the query: ``kind`` is one of ``( ) - AND OR NOT NEAR words field``."""

    kind: str
    at: int
    written: str
    words: Words | None = None
    near: tuple[int, bool] = (0, False)


QUOTE_IT = "put it in double quotes"
_TOO_DEEP = f"the query holds more than {MAX_PARENTHESES} parentheses or operators inside each other: split it in two"
_CLOSES = dict.fromkeys('"“”„‟＂〝〞〟', '"“”„‟＂〝〞〟') | {"«": "»«", "»": "»«", "「": "」", "『": "』"}
INVISIBLE = regex.compile(r"[\p{Cf}--[\u200c\u200d\U000e0020-\U000e007f]]", regex.V1)
"""What copying brings along; a joiner, or the letters of a nation's flag, are part of a word."""
_PARENTHESES = {"(": "(", ")": ")", "（": "(", "）": ")"}
_DASHES = "-‐‑‒–—―−﹘﹣－"
_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "ANDNOT": "ANDNOT"}
_SIGNS_OF_OPERATORS = {"&&": "AND", "||": "OR", "!": "NOT", "&": "AND", "|": "OR", "+": "AND"}
_NEAR = re.compile(r"(NEAR|ONEAR|W|WITHIN|PRE)/(\d{1,9})(F?)", re.IGNORECASE)
_IN_ORDER = frozenset({"ONEAR", "PRE"})
_DISTANCE = re.compile(
    r"(?:N|W|NW|NEAR|ONEAR|NOTNEAR|PRE|ADJ|WITHIN|NEXT|FBY|SAME)/\w*|/(?:[SP]|\d+|F\d+/?)", re.IGNORECASE
)
_OTHER_TOOLS = re.compile(r"(?:NEAR|ONEAR|ADJ|SAME|XOR|BUTNOT|WITHIN|ATLEAST|SENTENCE|PARAGRAPH|NOTNEAR)\d*|AROUND")
_FIELD = re.compile(r"([^\W\d_]\w*|\d+|_\w+)[:：](?=.)")
_ESCAPED = re.compile(rf"\\.|{ENTITY.pattern}")
_LIST = re.compile(r"[,;|、，；]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[,](?=\d)")
_MEANINGLESS = re.compile(r"[\[\]{}<>]")
_SLOP = re.compile(r"~(\d*)")
_OPENING_APOSTROPHES = "'‘‛`´"


def read_query(text: str) -> Asked:
    """Read a query.

    Raises
    ------
    QueryError
        Where it cannot be read, or can be read in two ways; names the position and what to write.

    Examples
    --------
    >>> read_query("northside NOT shopping").parts[1]
    NotThis(part=Words(text='shopping', at=14, quoted=False, field='', slop=0))
    """
    text = INVISIBLE.sub("", text)
    if not text.strip():
        raise QueryError("the query is empty: write at least one word that must be in a mention")
    if text.count("(") + text.count("（") > MAX_PARENTHESES:
        raise QueryError(_TOO_DEEP)
    try:
        return _Parser(text).whole()
    except RecursionError as error:
        raise QueryError(_TOO_DEEP) from error


def refuse(query: str, at: int, what: str, remedy: str) -> NoReturn:
    """Refuse a query with the place, what is wrong there and what to write."""
    raise QueryError(f"at character {at + 1} of {query!r}: {what}; {remedy}")


class _Scanner:
    """Cuts a query into tokens."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._at = 0

    def tokens(self) -> Iterator[_Token]:
        while self._at < len(self._query):
            character = self._query[self._at]
            if character.isspace():
                self._at += 1
            elif character in _PARENTHESES:
                yield _Token(_PARENTHESES[character], self._at, character)
                self._at += 1
            elif character in _CLOSES:
                yield self._phrase("")
            else:
                yield self._sign_or_word(character)

    def _sign_or_word(self, character: str) -> _Token:
        at = self._at
        following = self._query[at + 1 : at + 2]
        alone = not following or following.isspace() or following in ")）"
        if alone and (character in _DASHES or character in _SIGNS_OF_OPERATORS):
            remedy = f"write {_SIGNS_OF_OPERATORS.get(character, 'NOT, or - at the head of a word')}"
            refuse(self._query, at, f"{character!r} that stands alone", f"{remedy}, or {QUOTE_IT}")
        if character in _DASHES or (character == "!" and following != "!"):
            if following in _DASHES:
                refuse(self._query, at, "two dashes", f"write one for NOT, or {QUOTE_IT}")
            self._at += 1
            return _Token("-", at, character)
        if character == "+" and following not in {"+", "&", "|"}:
            self._at += 1
            return _Token("+", at, character)
        return self._word("")

    def _phrase(self, field: str) -> _Token:
        at, query = self._at, self._query
        closing = _CLOSES[query[at]]
        text: list[str] = []
        self._at += 1
        while self._at < len(query) and not (query[self._at] in closing and not self._is_gershayim()):
            text.append(self._character(quoted=True))
        if self._at >= len(query):
            refuse(query, at, "a quotation mark that is never closed", 'add the closing "')
        self._at += 1
        if query[self._at : self._at + 1].isalnum():
            refuse(query, self._at, "a word that begins right behind a quotation mark", "put a space between")
        slop = 0
        if found := _SLOP.match(query, self._at):
            if not found[1]:
                refuse(query, self._at, "~ without a number", "write how many words may stand between, like ~5")
            slop = int(found[1])
            if slop > MOST_BETWEEN:
                refuse(
                    query,
                    self._at,
                    f"~{found[1]} is too far",
                    f"write {MOST_BETWEEN} at most, or join the words by AND",
                )
            self._at = found.end()
        if query[self._at : self._at + 1] in {"^", "*", "?"}:
            refuse(query, self._at, f"{query[self._at]!r} behind a phrase is not supported", "remove it")
        words = Words("".join(text), at, quoted=True, field=field, slop=slop)
        return _Token("words", at, query[at : self._at], words)

    def _is_gershayim(self) -> bool:
        """Tell whether a quotation mark stands between two Hebrew letters, where it is part of a word."""
        around = self._query[max(0, self._at - 1) : self._at] + self._query[self._at + 1 : self._at + 2]
        return len(around) == 2 and all("\u05d0" <= letter <= "\u05ea" for letter in around)

    def _character(self, *, quoted: bool) -> str:
        query = self._query
        character = query[self._at]
        self._at += 1
        if character == "\\":
            if self._at >= len(query):
                refuse(query, self._at - 1, "a backslash with nothing behind it", "remove it")
            self._at += 1
            return query[self._at - 1]
        if character in "*＊":
            return ANY_LETTERS
        if character in "?？":
            # In a phrase it ends a question, unless letters follow.
            return ANY_LETTER if not quoted or query[self._at : self._at + 1].isalnum() else " "
        return " " if character in {ANY_LETTERS, ANY_LETTER} else character

    def _word(self, field: str) -> _Token:
        at, query = self._at, self._query
        text: list[str] = []
        while self._at < len(query):
            character = query[self._at]
            if character.isspace() or character in _PARENTHESES or (character in _CLOSES and not self._is_gershayim()):
                break
            if character in ":：" and not field and (token := self._field(at)):
                return token
            text.append(self._character(quoted=False))
        written = query[at : self._at]
        if not field and (operator := self._operator(written, at)):
            return operator
        self._look_for_what_is_not_supported(written, at)
        if self._at < len(query) and query[self._at] in _CLOSES:
            refuse(
                query,
                self._at,
                "a quotation mark inside a word",
                f'put a space before it, or {QUOTE_IT} with \\" inside',
            )
        return _Token("words", at, written, Words(unescaped("".join(text)), at, field=field))

    def _field(self, at: int) -> _Token | None:
        query = self._query
        found = _FIELD.match(query, at)
        if found is None or found.end() != self._at + 1 or query[found.end()].isspace():
            refuse(query, at, "a colon that follows no field", f"remove it, or {QUOTE_IT}")
        name = found[1].casefold()
        if name not in FIELDS:
            known = ", ".join(f"{field}:" for field in FIELDS)
            refuse(query, at, f"no field is called {name!r}", f"use {known} or {QUOTE_IT}")
        self._at = found.end()
        following = query[self._at]
        if following in "(（":
            return _Token("field", at, name)
        token = self._phrase(name) if following in _CLOSES else self._word(name)
        if re.search("[:：]", token.written) and following not in _CLOSES:
            refuse(query, at, "a field inside a field", f"if it is an address, {QUOTE_IT}")
        return token

    def _operator(self, written: str, at: int) -> _Token | None:
        written = unicodedata.normalize("NFKC", written)
        large = written.upper()
        if operator := _OPERATORS.get(written):
            return _Token(operator, at, written)
        if large in _OPERATORS:
            refuse(self._query, at, f"{written!r} between words", f"write {large}, or {QUOTE_IT}")
        if operator := _SIGNS_OF_OPERATORS.get(written):
            refuse(self._query, at, f"{written!r} between words", f"write {operator}, or {QUOTE_IT}")
        if near := _NEAR.fullmatch(written):
            most = int(near[2])
            if most > MOST_BETWEEN:
                refuse(self._query, at, f"{written} is too far", f"write {MOST_BETWEEN} at most, or AND")
            in_order = near[1].upper() in _IN_ORDER or bool(near[3])
            return _Token("NEAR", at, written, near=(most, in_order))
        if _DISTANCE.fullmatch(written) or _OTHER_TOOLS.fullmatch(written):
            remedy = (
                "write NEAR/5 for at most five words between, ONEAR/5 for the same in this order, a phrase for words "
                f"side by side, AND or NOT, or {QUOTE_IT}"
            )
            refuse(self._query, at, f"{written!r} is an operator that is not supported", remedy)
        return None

    def _look_for_what_is_not_supported(self, written: str, at: int) -> None:
        bare = _ESCAPED.sub(lambda found: " " * len(found.group()), written)
        if len(bare) > 2 and bare.startswith("/") and bare.endswith("/"):
            refuse(self._query, at, "/…/ is not supported", f"remove it, or {QUOTE_IT}")
        for sign in ("~", "^"):
            if sign in bare:
                what = f"{sign} is not supported" + (" behind a word" if sign == "~" else "")
                refuse(self._query, at, what, f"remove it, or {QUOTE_IT}")
        if found := _MEANINGLESS.search(bare):
            refuse(self._query, at + found.start(), f"{found.group()!r} has no meaning here", QUOTE_IT)
        if found := _LIST.search(_BETWEEN_DIGITS.sub(" ", bare)):
            remedy = f"write OR between alternatives, AND between what must all be there, or {QUOTE_IT}"
            refuse(self._query, at + found.start(), f"{found.group()!r} between words", remedy)


class _Parser:
    """Turns tokens into a tree."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = list(_Scanner(query).tokens())
        self._look_for_single_quotes()
        self._next = 0
        self._nested = 0

    def whole(self) -> Asked:
        tree = self._level("")
        if self._next < len(self._tokens):
            at = self._tokens[self._next].at
            refuse(self._query, at, "a closing parenthesis that nothing opened", "remove it, or add the opening (")
        return tree

    def _look_for_single_quotes(self) -> None:
        opened = None
        for token in self._tokens:
            if token.kind != "words" or token.words is None or token.words.quoted:
                continue
            if token.written[0] in _OPENING_APOSTROPHES:
                opened = token
            if opened is not None and len(token.written) > 1 and token.written[-1] in APOSTROPHES:
                refuse(self._query, opened.at, "a phrase in single quotation marks", 'use double ones: "…"')

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _level(self, field: str) -> Asked:
        """Read what stands between one pair of parentheses."""
        operands: list[tuple[str, Asked]] = []
        places: list[_Token] = []
        joined_by = ""
        while (token := self._peek()) is not None and token.kind != ")":
            if token.kind in {"AND", "OR", "ANDNOT"}:
                if not operands or joined_by not in {"", " "}:
                    self._missing(token)
                joined_by = "AND" if token.kind == "ANDNOT" else token.kind
                self._next += 1
                if token.kind == "ANDNOT":
                    places.append(token)
                    operands.append((joined_by, NotThis(self._near(field))))
                    joined_by = " "
                continue
            places.append(token)
            operands.append((joined_by, self._signed(field)))
            joined_by = " "
        if joined_by != " ":
            self._missing(token)
        self._look_for_two_readings(operands, places)
        return _joined(operands)

    def _missing(self, token: _Token | None) -> NoReturn:
        if token is None and (opening := self._unclosed()) is not None:
            refuse(self._query, opening, "a parenthesis that is never closed", "add the closing )")
        if token is None or token.kind == ")":
            at = len(self._query.rstrip()) if token is None else token.at
            refuse(self._query, at, "it ends where a word should follow", "add the word, or remove the last operator")
        remedy = f"add the word before it, or {QUOTE_IT}"
        refuse(self._query, token.at, f"{token.written!r} where a word should stand", remedy)

    def _unclosed(self) -> int | None:
        opened = [token.at for token in self._tokens if token.kind == "("]
        closed = sum(1 for token in self._tokens if token.kind == ")")
        return len(self._query.rstrip()) if len(opened) > closed else None

    def _look_for_two_readings(self, operands: list[tuple[str, Asked]], places: list[_Token]) -> None:
        forbidden = either = False
        for (joined_by, operand), token in zip(operands, places, strict=True):
            is_forbidden = isinstance(operand, NotThis)
            if joined_by == "OR" and forbidden:
                remedy = "use parentheses: NOT (c OR d) forbids both, (a OR d) NOT c forbids only c"
                refuse(self._query, token.at, "an OR after a NOT, which can be read in two ways", remedy)
            if joined_by == "AND" and either and is_forbidden:
                remedy = "use parentheses: (a OR b) NOT c, or a OR (b NOT c)"
                refuse(self._query, token.at, "an AND NOT after an OR, which can be read in two ways", remedy)
            forbidden = forbidden or is_forbidden
            either = either or joined_by == "OR"

    def _signed(self, field: str) -> Asked:
        token = self._peek()
        if token is not None and token.kind in {"NOT", "-", "+"}:
            self._next += 1
            self._nested += 1
            if self._nested > MAX_PARENTHESES:
                raise QueryError(_TOO_DEEP)
            part = self._signed(field)
            self._nested -= 1
            return part if token.kind == "+" else NotThis(part)
        return self._near(field)

    def _near(self, field: str) -> Asked:
        left = self._primary(field)
        token = self._peek()
        if token is None or token.kind != "NEAR":
            return left
        self._next += 1
        most, in_order = token.near
        found = Nearby(left, self._primary(field), most, in_order, token.at)
        following = self._peek()
        if following is not None and following.kind == "NEAR":
            remedy = "write each pair in parentheses and join them by AND"
            refuse(self._query, following.at, "a distance between more than two", remedy)
        if field:
            refuse(self._query, token.at, "a distance inside a field", "use AND")
        for side in (found.left, found.right):
            self._look_at_side(side, token)
        return found

    def _look_at_side(self, side: Asked, token: _Token) -> None:
        match side:
            case OneOf(parts):
                for part in parts:
                    self._look_at_side(part, token)
            case Words(field="", slop=0):
                if side.text[:1] in {"#", "@", "＃", "＠"}:
                    remedy = "write it without # or @, or join by AND"
                    refuse(self._query, side.at, f"a tag or a name beside {token.written}", remedy)
            case _:
                what = f"{token.written} beside something other than words, phrases and (a OR b)"
                refuse(self._query, token.at, what, "join the rest by AND or NOT outside of it, in parentheses")

    def _primary(self, field: str) -> Asked:
        token = self._peek()
        if token is None or token.kind not in {"(", "field", "words"}:
            self._missing(token)
        self._next += 1
        if token.kind == "words":
            assert token.words is not None
            if field and token.words.field:
                refuse(self._query, token.at, "a field inside a field", f"if it is an address, {QUOTE_IT}")
            return Words(token.words.text, token.at, token.words.quoted, field or token.words.field, token.words.slop)
        if token.kind == "field":
            if field:
                refuse(self._query, token.at, "a field inside a field", f"if it is an address, {QUOTE_IT}")
            self._next += 1
            field = token.written
        if (following := self._peek()) is not None and following.kind == ")":
            refuse(self._query, following.at, "nothing between parentheses", "add a word, or remove them")
        tree = self._level(field)
        closing = self._peek()
        if closing is None:
            refuse(self._query, len(self._query.rstrip()), "a parenthesis that is never closed", "add the closing )")
        self._next += 1
        return tree


def _joined(operands: list[tuple[str, Asked]]) -> Asked:
    """Join the operands of one level: by AND first, then by OR, then by a space."""
    spaced: list[Asked] = []
    either: list[Asked] = []
    both: list[Asked] = []
    for index, (joined_by, operand) in enumerate(operands):
        if index and joined_by != "AND":
            either.append(_one_or(AllOf, both))
            both = []
        if index and joined_by == " ":
            spaced.append(_one_or(OneOf, either))
            either = []
        both.append(operand)
    either.append(_one_or(AllOf, both))
    spaced.append(_one_or(OneOf, either))
    return _one_or(AllOf, spaced)


def _one_or(many: type[AllOf] | type[OneOf], parts: list[Asked]) -> Asked:
    return parts[0] if len(parts) == 1 else many(tuple(parts))
