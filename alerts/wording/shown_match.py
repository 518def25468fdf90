"""A mention that a query matched, as people are shown it: harmless, cut around what matched, and that marked."""

from collections.abc import Sequence

from msgspec import Struct

from alerts.wording.foreign_text import sanitise, web_address
from alerts.wording.moments import rfc3339
from streams.mention import Mention
from streams.queries.query import Node
from streams.queries.trial.marking import spans

_READ = 4_000
"""Characters of a mention in which terms are marked."""
_BEFORE = 60
OPENS, CLOSES = "[[", "]]"
"""Around what matched where no colour can be shown."""


class ShownMatch(Struct, frozen=True):
    """A mention, harmless to look at.

    Parameters
    ----------
    id, published, source, language, author, url
        As the mention has them; ``published`` in RFC 3339, ``url`` empty where it may not be linked to.
    text
        Title and text on one line.
    marked
        Where in ``text`` the words of the query stand: pairs of first character and the one behind the last.
    """

    id: str
    published: str
    source: str
    language: str
    author: str
    url: str
    text: str
    marked: tuple[tuple[int, int], ...]


def shown_match(mention: Mention, nodes: Sequence[Node], limit: int = 240) -> ShownMatch:
    """Return a mention to be shown, cut to ``limit`` characters around the first of what is looked for."""
    text = sanitise(f"{mention.name} – {mention.content}" if mention.name else mention.content, _READ)
    marked = spans(text, nodes)
    begin = 0
    if len(text) > limit:
        first = marked[0][0] if marked else 0
        begin = max(0, min(first - _BEFORE, len(text) - limit))
        begin = text.find(" ", begin) + 1 if 0 < begin <= first and " " in text[begin:first] else begin
    end = min(len(text), begin + limit)
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    moved = len(before) - begin
    author = mention.author
    return ShownMatch(
        id=sanitise(mention.id, 512),
        published=rfc3339(mention.published_s),
        source=sanitise(mention.source, 60),
        language=sanitise(mention.language, 40),
        author=sanitise(author.name or author.id, 60) if author else "",
        url=web_address(mention.url),
        text=f"{before}{text[begin:end]}{after}",
        marked=tuple(
            (max(one, begin) + moved, min(two, end) + moved) for one, two in marked if begin < two and one < end
        ),
    )


def plainly_marked(match: ShownMatch) -> str:
    """Return the text with ``[[ ]]`` around what matched.

    Examples
    --------
    >>> plainly_marked(ShownMatch("p", "", "", "", "", "", "Northside shut", ((0, 9),)))
    '[[Northside]] shut'
    """
    parts: list[str] = []
    at = 0
    for begin, end in match.marked:
        parts += [match.text[at:begin], OPENS, match.text[begin:end], CLOSES]
        at = end
    return "".join((*parts, match.text[at:]))
