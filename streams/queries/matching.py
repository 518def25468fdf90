"""Which brands a mention speaks of: thousands of queries in one pass over its text."""

from collections.abc import Mapping, Sequence

from ahocorasick_rs import AhoCorasick
from msgspec.structs import replace

from streams.brand import Brand
from streams.errors import QueryError
from streams.mention import Mention
from streams.queries.query import Either, Node, Query, compile_query
from streams.queries.searchable import Searchable, whole
from streams.queries.terms import Term


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
    compiled
        Queries that have been compiled already, by their text.

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

    def __init__(
        self,
        brands: Sequence[Brand],
        previous: "Matcher | None" = None,
        compiled: Mapping[str, Query] | None = None,
    ) -> None:
        self.brands = tuple(brands)
        known = {**(previous.compiled if previous is not None else {}), **(compiled or {})}
        self.compiled: dict[str, Query] = {brand.query: known.get(brand.query) or _compiled(brand) for brand in brands}
        queries = [self.compiled[brand.query] for brand in brands]
        self._fields = frozenset().union(*(query.fields for query in queries))
        self._booleans = [None if _is_any_of(query) else query for query in queries]
        self._languages = [frozenset(whole(language) for language in brand.languages) for brand in brands]
        self._places = {brand.id: index for index, brand in enumerate(brands)}
        watchers: dict[str, list[int]] = {}
        for index, query in enumerate(queries):
            for pattern in {term.pattern for term in query.triggers}:
                watchers.setdefault(pattern, []).append(index)
        self._watchers = [tuple(indices) for indices in watchers.values()]
        self._find = AhoCorasick(list(watchers)).find_matches_as_indexes if watchers else None

    def names(self, index: int) -> frozenset[Term]:
        """Return the terms of which every mention of a brand holds one."""
        return self.compiled[self.brands[index].query].triggers

    def match(self, mentions: Sequence[Mention]) -> list[tuple[int, ...]]:
        """Return, for each mention, the indices of the brands that it speaks of, rising.

        A mention whose language is not known passes any brand's ``languages``. One whose text is withheld speaks of the
        brand that ``found_by`` is the id of, else of those whose queries match it.
        """
        find, fields = self._find, self._fields
        if find is None:
            return [()] * len(mentions)
        matches: list[tuple[int, ...]] = []
        for mention in mentions:
            if mention.found_by and mention.is_withheld:
                matches.append(self._found_for(mention))
                continue
            seen = Searchable(mention, fields)
            found = find(seen.words, overlapping=True)
            matches.append(self._matching(mention, seen, found) if found else ())
        return matches

    def _found_for(self, mention: Mention) -> tuple[int, ...]:
        """Return the brands that a search which found a post is for: by its name, where it is no brand's id."""
        if (place := self._places.get(mention.found_by)) is not None:
            return (place,)
        return self.match([replace(mention, content=mention.found_by, found_by="")])[0]

    def _matching(self, mention: Mention, seen: Searchable, found: list[tuple[int, int, int]]) -> tuple[int, ...]:
        watchers = self._watchers
        candidates = sorted({index for pattern, _, _ in found for index in watchers[pattern]})
        language = whole(mention.language)
        return tuple(
            index
            for index in candidates
            if self._speaks(index, language) and ((query := self._booleans[index]) is None or query.holds(seen))
        )

    def _speaks(self, index: int, language: str) -> bool:
        """Tell whether a brand listens to a language: ``en`` takes ``en-GB`` too, not the other way round."""
        wanted = self._languages[index]
        if not wanted or not language or language in wanted:
            return True
        return any(language.startswith(f"{tag}-") for tag in wanted)


def _compiled(brand: Brand) -> Query:
    try:
        return compile_query(brand.query)
    except QueryError as error:
        raise QueryError(f"brand {brand.id!r}: {error}") from error


def _is_any_of(query: Query) -> bool:
    """Tell whether any trigger's pattern found is enough."""

    def only_terms(node: Node) -> bool:
        if isinstance(node, Term):
            return node.look is None
        return isinstance(node, Either) and all(only_terms(part) for part in node.parts)

    return only_terms(query.root)
