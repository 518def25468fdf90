"""Which brands a mention speaks of: thousands of queries in one pass over its text."""

import re
from collections.abc import Collection, Sequence

from ahocorasick_rs import AhoCorasick

from streams.brand import Brand
from streams.errors import QueryError
from streams.mention import Mention
from streams.query import Either, Node, Query, Term, compile_query
from streams.text import FIELD_BREAK, fold

_MARKED = re.compile(r"(?<![^\s#@])[#@][^\s#@]+")
_BREAK = f" {FIELD_BREAK} "
_UNKNOWN_LANGUAGES = frozenset(("", "und", "mul", "zxx"))


def searchable(mention: Mention, fields: Collection[str] = ()) -> str:
    r"""Return what queries look at: folded words, one space apart and at both ends; then tags and names; then fields.

    Parameters
    ----------
    fields
        The fields beyond text that any query asks for; the others are left out.

    Examples
    --------
    >>> from streams.mention import decode_mention
    >>> post = decode_mention(b'{"id": "p", "published": "2011-07-12T15:00:00Z", "content": "Shame on @NHS! #SaveUs"}')
    >>> searchable(post)
    ' shame on nhs saveus \x01 @nhs #saveus '
    """
    text = mention.content
    if mention.name:
        text = f"{mention.name}{_BREAK}{text}"
    marks = []
    if mention.tags:
        text = f"{text}{_BREAK}{_BREAK.join(mention.tags)}"
        marks = ["#" + fold(tag).replace(" ", "").lstrip("#") for tag in mention.tags]
    folded = fold(text)
    if "#" in folded or "@" in folded:
        marks = _MARKED.findall(folded) + marks
        folded = folded.replace("#", " ").replace("@", " ")
    words = folded.split()
    if marks:
        words.append(FIELD_BREAK)
        words += marks
    if fields:
        words += _field_words(mention, fields)
    return f" {' '.join(words)} "


def _field_words(mention: Mention, fields: Collection[str]) -> list[str]:
    words = []
    if "source" in fields:
        words += [FIELD_BREAK, "source:" + _whole(mention.source)]
    if "language" in fields:
        words += [FIELD_BREAK, "language:" + _whole(mention.language)]
    if "author" in fields and mention.author is not None:
        words += [FIELD_BREAK, *(f"author:{word}" for word in _plain(mention.author.name))]
        words += [FIELD_BREAK, *(f"author:{word}" for word in _plain(mention.author.id))]
    if "url" in fields:
        words += [FIELD_BREAK, *(f"url:{word}" for word in _plain(mention.url))]
    return words


def _plain(text: str) -> list[str]:
    return fold(text).replace("#", " ").replace("@", " ").split()


def _whole(text: str) -> str:
    return "-".join(_plain(text))


class Matcher:
    """Every brands' queries at once.

    One automaton looks for every pattern that can set off a query; a query's boolean is evaluated only for
    the mentions that hold one of its own.

    Parameters
    ----------
    brands
        In the order of the indices that ``match`` gives.
    previous
        The matcher that this one takes the place of: queries that have not changed are not compiled again,
        which is nine tenths of the work.

    Raises
    ------
    QueryError
        Where a brand's query cannot be used; names the brand.

    Examples
    --------
    >>> from streams.mention import decode_mention
    >>> matcher = Matcher([Brand(id="northside", name="Northside", query="northside NOT shopping")])
    >>> post = b'{"id": "p", "published": "2011-07-12T15:00:00Z", "content": "Northside let us wait again"}'
    >>> matcher.match([decode_mention(post)])
    [(0,)]
    """

    def __init__(self, brands: Sequence[Brand], previous: "Matcher | None" = None) -> None:
        self.brands = tuple(brands)
        known = previous.compiled if previous is not None else {}
        self.compiled: dict[str, Query] = {brand.query: known.get(brand.query) or _compiled(brand) for brand in brands}
        queries = [self.compiled[brand.query] for brand in brands]
        self._fields = frozenset().union(*(query.fields for query in queries))
        self._booleans = [None if _is_any_of(query) else query for query in queries]
        self._languages = [frozenset(_whole(language) for language in brand.languages) for brand in brands]
        watchers: dict[str, list[int]] = {}
        for index, query in enumerate(queries):
            for pattern in query.triggers:
                watchers.setdefault(pattern, []).append(index)
        self._watchers = [tuple(indices) for indices in watchers.values()]
        self._find = AhoCorasick(list(watchers)).find_matches_as_indexes if watchers else None

    def names(self, index: int) -> frozenset[str]:
        """Return the patterns of which every mention of a brand holds one."""
        return self.compiled[self.brands[index].query].triggers

    def match(self, mentions: Sequence[Mention]) -> list[tuple[int, ...]]:
        """Return, for each mention, the indices of the brands that it speaks of, rising.

        A mention whose language is not known passes any brand's ``languages``.
        """
        find, fields = self._find, self._fields
        if find is None:
            return [()] * len(mentions)
        matches: list[tuple[int, ...]] = []
        for mention in mentions:
            text = searchable(mention, fields)
            found = find(text, overlapping=True)
            matches.append(self._matching(mention, text, found) if found else ())
        return matches

    def _matching(self, mention: Mention, text: str, found: list[tuple[int, int, int]]) -> tuple[int, ...]:
        watchers = self._watchers
        candidates = sorted({index for pattern, _, _ in found for index in watchers[pattern]})
        language = _whole(mention.language)
        return tuple(
            index
            for index in candidates
            if self._speaks(index, language)
            and ((query := self._booleans[index]) is None or query.holds(text.__contains__))
        )

    def _speaks(self, index: int, language: str) -> bool:
        """Tell whether a brand listens to a language: ``en`` takes ``en-GB`` too, not the other way round."""
        wanted = self._languages[index]
        if not wanted or language in _UNKNOWN_LANGUAGES or language in wanted:
            return True
        return any(language.startswith(f"{tag}-") for tag in wanted)


def _compiled(brand: Brand) -> Query:
    try:
        return compile_query(brand.query)
    except QueryError as error:
        raise QueryError(f"brand {brand.id!r}: {error}") from error


def _is_any_of(query: Query) -> bool:
    """Tell whether any trigger found is enough."""

    def only_terms(node: Node) -> bool:
        return isinstance(node, Term) or (isinstance(node, Either) and all(only_terms(part) for part in node.parts))

    return only_terms(query.root)
