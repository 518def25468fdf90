"""Translates a query of a suite to one of ours; names what has no equal."""

import re
from itertools import chain

import regex
from msgspec import Struct

from streams.errors import QueryError
from streams.queries.query import compile_part, compile_query
from streams.queries.searchable import plain_words
from streams.queries.syntax import ANY_LETTER, ANY_LETTERS, MOST_BETWEEN, AllOf, Asked, Nearby, NotThis, OneOf, Words
from streams.queries.syntax import read_query as read_ours
from streams.queries.terms import means_signs
from streams.queries.translation.dialects import DIALECTS, FIELDS, WHY, Dialect, Equal
from streams.queries.translation.reading import Both, Distance, Either, Near, Not, Tree, read_tree
from streams.queries.translation.scanning import Atom, place
from streams.queries.written import written
from streams.text.characters import is_emoji


class NoEqual(Struct, frozen=True):
    """An operator that has no equal here.

    Parameters
    ----------
    operator
        As it stands in the query.
    line, column
        Where, from 1.
    why
        What it means there, and why that cannot be said here.
    remedy
        What to do.
    """

    operator: str
    line: int
    column: int
    why: str
    remedy: str

    def __str__(self) -> str:
        """Say it on one line."""
        return f"line {self.line}, column {self.column}: {self.operator} {self.why}; {self.remedy}"


class Translation(Struct, frozen=True):
    """A query translated.

    Parameters
    ----------
    query
        Ours; ``""`` where nothing is left of it. It matches what theirs does, and more where ``no_equals`` holds any.
    no_equals
        What has no equal, in its order.
    notes
        What is read otherwise than it looks, without another meaning.
    """

    query: str
    no_equals: tuple[NoEqual, ...]
    notes: tuple[str, ...]


class _Anything(Struct, frozen=True):
    """Holds for every mention; what a condition becomes that is left out."""


class _Nothing(Struct, frozen=True):
    """Holds for no mention; what a condition under a NOT becomes that is left out."""


_Ours = Asked | _Anything | _Nothing
_SIGNS = regex.compile(rf"[\p{{P}}\p{{S}}--[_#@*?'’\-.{ANY_LETTERS}{ANY_LETTER}]]", regex.V1)


def translate(query: str, suite: str) -> Translation:
    """Translate a query of a suite.

    What has no equal is replaced by what is wider, or left out where that widens: under a ``NOT`` the whole that it
    forbids is left out. So the translation never misses what the suite found.

    Parameters
    ----------
    suite
        ``brandwatch``, ``meltwater`` or ``talkwalker``.

    Raises
    ------
    QueryError
        Where the query cannot be read, can be read in two ways, or would match mentions that hold none of its words.

    Examples
    --------
    >>> translate('(apple OR "big apple") NEAR/2f juice', "brandwatch").query
    '(apple OR "big apple") ONEAR/2 juice'
    >>> found = translate("apple AND title:juice", "brandwatch")
    >>> found.query, [(one.operator, one.column) for one in found.no_equals]
    ('apple AND juice', [('title:', 11)])
    """
    translator = _Translator(query, DIALECTS[suite])
    ours = translator.ours(read_tree(query, DIALECTS[suite]), is_wanted=True)
    no_equals = tuple(sorted(translator.no_equals, key=lambda one: (one.line, one.column)))
    notes = tuple(dict.fromkeys(translator.notes))
    if isinstance(ours, _Anything | _Nothing):
        return Translation("", no_equals, notes)
    text = written(ours)
    try:
        compile_query(text)
    except QueryError:
        if no_equals:
            return Translation("", no_equals, notes)
        raise
    return Translation(text, no_equals, notes)


class _Translator:
    def __init__(self, query: str, dialect: Dialect) -> None:
        self._query, self._dialect = query, dialect
        self.no_equals: list[NoEqual] = []
        self.notes: list[str] = []

    def ours(self, tree: Tree, *, is_wanted: bool) -> _Ours:
        match tree:
            case Atom():
                return self._atom(tree, is_wanted=is_wanted)
            case Not(part):
                return _negated(self.ours(part, is_wanted=not is_wanted))
            case Both(parts):
                return _all_of([self.ours(part, is_wanted=is_wanted) for part in parts])
            case Either(parts):
                return _one_of([self.ours(part, is_wanted=is_wanted) for part in parts])
            case Near(part, at, operator):
                self._name(
                    at, operator, "is a distance between groups there", "write NEAR/5 between two words or (a OR b)"
                )
                inner = self.ours(part, is_wanted=is_wanted)
                return inner if is_wanted else _Nothing()
            case Distance():
                return self._distance(tree, is_wanted=is_wanted)

    def _name(self, at: int, operator: str, why: str, remedy: str) -> None:
        line, column = place(self._query, at)
        self.no_equals.append(NoEqual(operator, line, column, why, remedy))

    def _distance(self, near: Distance, *, is_wanted: bool) -> _Ours:
        known = len(self.no_equals)
        left, right = (self.ours(side, is_wanted=is_wanted) for side in (near.left, near.right))
        wider = _all_of([left, right]) if is_wanted else _Nothing()
        if near.between is None:
            why = f"is no distance of {self._dialect.name} that is known here"
            self._name(near.at, near.written, why, "write NEAR/5, NEAR/5f, or AND")
            return wider
        if near.between > MOST_BETWEEN:
            self._name(near.at, near.written, f"is wider than {MOST_BETWEEN} words", "write AND, or a smaller number")
            return wider
        if isinstance(left, _Anything | _Nothing) or isinstance(right, _Anything | _Nothing):
            return wider
        ours = Nearby(left, right, near.between, near.in_order, near.at)
        if _why_not(ours) is None and len(self.no_equals) == known:
            return ours
        if len(self.no_equals) == known:
            self._name(
                near.at, near.written, "stands beside more than words, phrases and (a OR b)",
                "write each distance as a pair in parentheses, and join the pairs by AND",
            )  # fmt: skip
        return wider

    def _atom(self, atom: Atom, *, is_wanted: bool) -> _Ours:
        made = self._made(atom)
        if not isinstance(made.ours, _Anything | _Nothing) and (why := _why_not(made.ours)) is not None:
            if made.is_same:
                self._name(atom.at, f"{atom.field}:" if atom.field else atom.text, *why)
            made = _Made(_Anything(), is_same=False)
        return made.ours if made.is_same or is_wanted else _Nothing()

    def _made(self, atom: Atom) -> "_Made":
        equal = FIELDS.get(atom.field, Equal.NONE) if atom.field else None
        if equal is None and not atom.exact:
            return self._words(atom)
        if equal is Equal.LANGUAGE:
            return _Made(_word(atom.text, atom.at, "language"))
        if equal in {Equal.TAG, Equal.NAME}:
            mark = "#" if equal is Equal.TAG else "@"
            return _Made(Words(mark + atom.text.lstrip(mark), atom.at))
        operator = f"{atom.field}:" if atom.field else "++" if self._query[atom.at : atom.at + 2] == "++" else "{ }"
        self._name(atom.at, operator, *WHY[equal or Equal.EXACT_CASE])
        return _Made(self._wider(atom, equal), is_same=False)

    def _wider(self, atom: Atom, equal: Equal | None) -> _Ours:
        """Return what finds all that a field without an equal finds, and more."""
        match equal:
            case Equal.NONE:
                return _Anything()
            case Equal.AUTHOR:
                return _word(atom.text.lstrip("@").replace("*", ANY_LETTERS), atom.at, "author")
            case Equal.SITE | Equal.URL:
                address = re.sub(r"^(?:\w+://)?(?:www\.)?|[/*]+$", "", atom.text)
                ends = "" if equal is Equal.SITE else ANY_LETTERS
                return Words(address.replace("*", ANY_LETTERS) + ends, atom.at, quoted=True, field="url")
            case Equal.EXACT_CASE | None:
                # With its signs it is looked for whatever the case: so it was there.
                text = _wildcards(atom.text)
                return _word(text, atom.at) if " " not in text else Words(text, atom.at, quoted=True)
            case _:
                return self._words(atom).ours

    def _words(self, atom: Atom) -> "_Made":
        text = _wildcards(atom.text)
        if (text[:1] in {"#", "@"} and " " not in text) or all(is_emoji(sign) for sign in text):
            return _Made(Words(text, atom.at))
        text, is_same = self._without_signs(atom, text)
        parts = text.split()
        wild = [part for part in parts if not part.strip(ANY_LETTERS + ANY_LETTER)]
        if wild and len(parts) > 1:
            self._name(atom.at, "*", "stands for a whole word", "write NEAR/1f between the words beside it")
            return _Made(_all_of([_word(part, atom.at) for part in parts if part not in wild]), is_same=False)
        if len(parts) == 1:
            return _Made(_word(text, atom.at), is_same)
        if text.endswith(ANY_LETTER):
            self._name(atom.at, "?", "ends a phrase, where it is a question mark here", "write * in its place")
            text, is_same = text.rstrip(ANY_LETTER) + ANY_LETTERS, False
        if atom.slop:
            return self._sloppy(atom, parts, is_same=is_same)
        return _Made(Words(" ".join(parts) if is_same else text, atom.at, quoted=True), is_same)

    def _sloppy(self, atom: Atom, parts: list[str], *, is_same: bool) -> "_Made":
        ours = Words(" ".join(parts), atom.at, quoted=True, slop=min(atom.slop, MOST_BETWEEN))
        if self._dialect.has_slop and atom.slop <= MOST_BETWEEN and _why_not(ours) is None:
            return _Made(ours, is_same)
        known = f"is no operator of {self._dialect.name} that is known here"
        why = "has no equal here" if self._dialect.has_slop else known
        self._name(atom.at, f"~{atom.slop}", why, "write NEAR/5 between two words, or AND")
        return _Made(_all_of([_word(part, atom.at) for part in parts]), is_same=False)

    def _without_signs(self, atom: Atom, text: str) -> tuple[str, bool]:
        """Take out signs that would be looked for here and are not there; tell whether that is known to be the same."""
        text = " ".join(text.split())
        if not means_signs(text.replace(ANY_LETTERS, "").replace(ANY_LETTER, "")):
            return text, True
        plain = _SIGNS.sub(lambda found: found.group() if is_emoji(found.group()) else " ", text)
        kept = " ".join(
            part for part in plain.split() if plain_words(part) or any(map(is_emoji, part)) or _is_wild(part)
        )
        if not plain_words(kept) or kept == text:
            return text, True
        if self._dialect.ignores_signs:
            self.notes.append(f"{atom.text}: signs in words are not looked at, as in {self._dialect.name}")
            return kept, True
        why = f"holds signs, and whether {self._dialect.name} looks at them is not known here"
        self._name(atom.at, atom.text, why, "write the word as it is to be found here, with the sign or without")
        return kept, False


class _Made(Struct, frozen=True):
    """What became of a part, and whether it matches the same as it did."""

    ours: _Ours
    is_same: bool = True


_PLAIN = re.compile(rf"[\w{ANY_LETTERS}{ANY_LETTER}]+(?:[-'’.][\w{ANY_LETTERS}{ANY_LETTER}]+)*")


def _word(text: str, at: int, field: str = "") -> Words:
    """Return a word as a person would write it: in quotation marks where it holds signs."""
    return Words(text, at, quoted=_PLAIN.fullmatch(text) is None and not _is_wild(text), field=field)


def _why_not(ours: Asked) -> tuple[str, str] | None:
    """Say why something cannot be looked for here, and what to do; ``None`` where it can."""
    text = written(ours)
    try:
        compile_part(read_ours(text), text)
    except QueryError as error:
        why, _, remedy = str(error).rpartition("; ")
        return f"cannot be looked for: {why.removeprefix(f'at character 1 of {text!r}: ')}", remedy
    return None


def _is_wild(part: str) -> bool:
    return bool({ANY_LETTERS, ANY_LETTER} & set(part))


def _wildcards(text: str) -> str:
    return text.replace("*", ANY_LETTERS).replace("?", ANY_LETTER)


def _negated(ours: _Ours) -> _Ours:
    match ours:
        case _Anything():
            return _Nothing()
        case _Nothing():
            return _Anything()
        case _:
            return NotThis(ours)


def _all_of(parts: list[_Ours]) -> _Ours:
    if any(isinstance(part, _Nothing) for part in parts):
        return _Nothing()
    kept = [part for part in parts if not isinstance(part, _Anything | _Nothing)]
    flat = tuple(chain.from_iterable(part.parts if isinstance(part, AllOf) else (part,) for part in kept))
    return (AllOf(flat) if len(flat) > 1 else flat[0]) if flat else _Anything()


def _one_of(parts: list[_Ours]) -> _Ours:
    if any(isinstance(part, _Anything) for part in parts):
        return _Anything()
    kept = [part for part in parts if not isinstance(part, _Anything | _Nothing)]
    flat = tuple(chain.from_iterable(part.parts if isinstance(part, OneOf) else (part,) for part in kept))
    return (OneOf(flat) if len(flat) > 1 else flat[0]) if flat else _Nothing()
