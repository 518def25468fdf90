"""Queries in Lucene's syntax, compiled to a boolean over the terms that a mention's searchable text may hold.

How a query is read
-------------------
* ``NOT`` binds closest, then ``AND``, then ``OR``, and a space last of all: ``a OR b c`` is ``(a OR b) AND c``.
  So a ``NOT`` (or ``-``) that stands beside the rest with nothing but a space forbids for the whole of its
  pair of parentheses, as Lucene's prohibited clause does: ``a OR b NOT c`` is ``(a OR b) AND NOT c``.
* A word matches whole words, with or without ``#`` or ``@`` before it; ``#tag`` and ``@name`` match the tag and
  the name alone. What is no letter, digit or ``_`` parts words, in queries and in mentions alike, so
  ``o'neill`` is the phrase ``"o neill"``.
* Words, phrases, tags and names look in title, text and tags; ``source:`` and ``language:`` at the whole of
  the field (``language:en`` takes ``en-GB`` as well), ``author:`` at name and id, ``url:`` at the address.
* A query must need something that is there: one that a mention without any of its words would match is refused,
  also where that hides in one branch of an ``OR``.
"""

import re
from collections.abc import Callable, Iterator

from luqum.exceptions import IllegalCharacterError, ParseError
from luqum.thread import parse
from luqum.tree import (
    AndOperation,
    FieldGroup,
    Group,
    Item,
    Not,
    OrOperation,
    Phrase,
    Plus,
    Prohibit,
    SearchField,
    UnknownOperation,
    Word,
)  # fmt: skip
from msgspec import Struct

from streams.errors import QueryError
from streams.text import fold

FIELDS = ("source", "language", "author", "url")

MAX_PARENTHESES = 200  # evaluated by recursion, one level each at worst; nobody reads a query of fifty

_TOO_DEEP = f"the query holds more than {MAX_PARENTHESES} parentheses or operators inside each other: split it in two"
_JOINED = {AndOperation: "AND", OrOperation: "OR", UnknownOperation: " "}
_WRITTEN_SMALL = {"and": "AND", "or": "OR", "not": "NOT", "&&": "AND", "||": "OR", "!": "NOT"}


class Term(Struct, frozen=True):
    """A string that must stand in the searchable text of a mention (``streams.matching.searchable``)."""

    pattern: str


class Every(Struct, frozen=True):
    """Every one of them."""

    parts: tuple["Node", ...]


class Either(Struct, frozen=True):
    """At least one of them."""

    parts: tuple["Node", ...]


class Without(Struct, frozen=True):
    """Not this."""

    part: "Node"


Node = Term | Every | Either | Without


class Query(Struct, frozen=True):
    """A compiled query.

    Parameters
    ----------
    root
        The boolean over terms; negations stand at the terms alone.
    triggers
        Patterns of which every matching mention holds at least one: without any of them there is nothing to ask.
    fields
        The fields beyond text that it looks at.
    """

    root: Node
    triggers: frozenset[str]
    fields: frozenset[str]

    def holds(self, found: Callable[[str], bool]) -> bool:
        """Evaluate the query where ``found`` tells whether a pattern stands in the mention's searchable text."""
        return _holds(self.root, found)


def compile_query(text: str) -> Query:
    """Compile a brand's query.

    Raises
    ------
    QueryError
        Where it cannot be read or would match everything; the message names the position and what to write.

    Examples
    --------
    >>> query = compile_query("northside AND (hospital OR #nhs) NOT shopping")
    >>> sorted(query.triggers)
    [' northside ']
    >>> query.holds({" northside ", " hospital "}.__contains__)
    True
    """
    try:
        root = _reduced(_Compiler(text).compile(), negative=False)
    except RecursionError as error:
        raise QueryError(_TOO_DEEP) from error
    triggers = _triggers(root)
    if triggers is None:
        raise QueryError(
            f"{text!r} would match mentions that hold none of its words, through a NOT that stands alone or in one "
            "branch of an OR; join the NOT to what must be there, like: (a OR b) NOT c"
        )
    patterns = list(_patterns(root))
    fields = frozenset(field for field in FIELDS if any(pattern.startswith(f" {field}:") for pattern in patterns))
    return Query(root=root, triggers=triggers, fields=fields)


def _holds(node: Node, found: Callable[[str], bool]) -> bool:
    match node:
        case Term(pattern):
            return found(pattern)
        case Without(part):
            return not _holds(part, found)
        case Every(parts):
            return all(_holds(part, found) for part in parts)
        case Either(parts):
            return any(_holds(part, found) for part in parts)


def _patterns(node: Node) -> Iterator[str]:
    match node:
        case Term(pattern):
            yield pattern
        case Without(part):
            yield from _patterns(part)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _patterns(part)


def _reduced(node: Node, *, negative: bool) -> Node:
    """Push negations down to the terms (De Morgan), so that what a query needs can be read off it."""
    match node:
        case Term():
            return Without(node) if negative else node
        case Without(part):
            return _reduced(part, negative=not negative)
        case Every(parts) | Either(parts):
            reduced = tuple(_reduced(part, negative=negative) for part in parts)
            return Every(reduced) if isinstance(node, Every) is not negative else Either(reduced)


def _triggers(node: Node) -> frozenset[str] | None:
    """Return the patterns of which one must be found for the node to hold; ``None`` where none need be."""
    match node:
        case Term(pattern):
            return frozenset((pattern,))
        case Without():
            return None
        case Every(parts):
            # The part whose shortest pattern is longest is, as a rule, the rarest.
            needed = [triggers for part in parts if (triggers := _triggers(part)) is not None]
            return max(needed, key=_rarity, default=None)
        case Either(parts):
            together: frozenset[str] = frozenset()
            for part in parts:
                triggers = _triggers(part)
                if triggers is None:
                    return None
                together |= triggers
            return together


def _rarity(triggers: frozenset[str]) -> tuple[int, int]:
    return min(len(pattern) for pattern in triggers), -len(triggers)


_QUOTE_IT = "put it in double quotes"


class _Compiler:
    """Turns luqum's tree into ours; knows the text, to say where something is wrong."""

    def __init__(self, text: str) -> None:
        self._text = text

    def compile(self) -> Node:
        if not self._text.strip():
            raise QueryError("the query is empty: write at least one word that must be in a mention")
        if self._text.count("(") > MAX_PARENTHESES:
            raise QueryError(_TOO_DEEP)
        try:
            tree = parse(self._text)
        except IllegalCharacterError as error:
            at = _position(str(error), self._text)
            if self._text[at : at + 1] == '"':
                raise QueryError(self._at(at, "a quotation mark that is never closed", 'add the closing "')) from error
            raise QueryError(self._at(at, "a character that has no meaning here", _QUOTE_IT)) from error
        except ParseError as error:
            at = _position(str(error), self._text)
            raise QueryError(self._at(at, *self._what_is_missing(at))) from error
        return self._level(tree, "")

    def _what_is_missing(self, at: int) -> tuple[str, str]:
        opened, closed = self._text.count("("), self._text.count(")")
        if opened > closed:
            return "a parenthesis that is never closed", "add the closing )"
        if closed > opened:
            return "a closing parenthesis that nothing opened", "remove it, or add the opening ("
        if at >= len(self._text):
            return "the query ends where a word should follow", "add the word, or remove the last operator"
        return f"{self._text[at:].split()[0]!r} where a word should stand", f"add the word before it, or {_QUOTE_IT}"

    def _at(self, at: int, what: str, suggestion: str) -> str:
        return f"at character {at + 1} of {self._text!r}: {what}; {suggestion}"

    def _level(self, tree: Item, field: str) -> Node:
        """Compile what stands between one pair of parentheses, by our own precedence."""
        operands: list[tuple[str, Item]] = []
        self._flatten(tree, "", operands)
        spaced: list[Node] = []
        either: list[Node] = []
        both: list[Node] = []
        for index, (joined_by, operand) in enumerate(operands):
            if index and joined_by != "AND":
                either.append(_one_or(Every, both))
                both = []
            if index and joined_by == " ":
                spaced.append(_one_or(Either, either))
                either = []
            both.append(self._operand(operand, field))
        either.append(_one_or(Every, both))
        spaced.append(_one_or(Either, either))
        return _one_or(Every, spaced)

    def _flatten(self, tree: Item, joined_by: str, into: list[tuple[str, Item]]) -> None:
        """Undo the nesting that the grammar chose: operands from left to right, each with what joins it."""
        joint = _JOINED.get(type(tree))
        if joint is None:
            into.append((joined_by, tree))
            return
        for index, child in enumerate(tree.children):
            self._flatten(child, joint if index else joined_by, into)

    def _operand(self, item: Item, field: str) -> Node:
        match item:
            case Group() | FieldGroup():
                return self._level(item.expr, field)
            case Plus():
                return self._operand(item.a, field)
            case Not() | Prohibit():
                return Without(self._operand(item.a, field))
            case SearchField():
                return self._field(item, field)
            case Phrase():
                return self._term(item, item.value[1:-1], field, quoted=True)
            case Word():
                return self._term(item, item.value, field, quoted=False)
        what = {"Fuzzy": "~", "Proximity": "~", "Boost": "^", "Regex": "/…/"}.get(type(item).__name__, "a range")
        raise QueryError(self._at(item.pos or 0, f"{what} is not supported", f"remove it, or {_QUOTE_IT}"))

    def _field(self, item: SearchField, outer: str) -> Node:
        name = item.name.casefold()
        if outer or isinstance(item.expr, SearchField):
            raise QueryError(self._at(item.pos or 0, "a field inside a field", f"if it is an address, {_QUOTE_IT}"))
        if name not in FIELDS:
            known = ", ".join(f"{field}:" for field in FIELDS)
            raise QueryError(self._at(item.pos or 0, f"no field is called {name!r}", f"use {known} or {_QUOTE_IT}"))
        return self._operand(item.expr, name)

    def _term(self, item: Item, value: str, field: str, *, quoted: bool) -> Node:
        at = item.pos or 0
        if not quoted and (operator := _WRITTEN_SMALL.get(value)):
            raise QueryError(self._at(at, f"{value!r} between words", f"write {operator}, or {_QUOTE_IT}"))
        value, prefix = _unescaped(value)
        if "*" in value or ("?" in value and not quoted):
            raise QueryError(self._at(at, "only a trailing * is supported", f"remove it, or {_QUOTE_IT}"))
        mark = value[0] if value[:1] in {"#", "@"} and not field else ""
        words = fold(value).replace("#", " ").replace("@", " ").split()
        if not words:
            everything = "* matches everything" if prefix else f"{value!r} holds no letter and no digit"
            raise QueryError(self._at(at, everything, "write a word that must be in a mention"))
        return _term(words, prefix=prefix, mark=mark, field=field)


def _term(words: list[str], *, prefix: bool, mark: str, field: str) -> Node:
    end = "" if prefix else " "
    if field in {"source", "language"}:
        whole = "-".join(words)
        exact = Term(f" {field}:{whole}{end}")
        return exact if prefix or field == "source" else Either((exact, Term(f" {field}:{whole}-")))
    if field:
        return Term(" " + " ".join(f"{field}:{word}" for word in words) + end)
    phrase = Term(" " + " ".join(words) + end)
    if not mark:
        return phrase
    marked = Term(f" {mark}{words[0]}{end if len(words) == 1 else ' '}")
    return marked if len(words) == 1 else Every((marked, phrase))


def _one_or(many: type[Every] | type[Either], parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else many(tuple(parts))


def _unescaped(value: str) -> tuple[str, bool]:
    r"""Return the value without its trailing ``*`` and without the backslashes of ``\*``, and whether it had one."""
    prefix = value.endswith("*") and not value.endswith(r"\*")
    return re.sub(r"\\(.)", r"\1", value[:-1] if prefix else value), prefix


def _position(message: str, text: str) -> int:
    found = re.search(r"at position (\d+)", message)
    return int(found.group(1)) if found else len(text)
