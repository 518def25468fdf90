"""A row of GDELT's knowledge graph as a mention. Pure.

References
----------
[^1]: The GDELT Project: *Global Knowledge Graph Data Format Codebook V2.1*, and *New GKG 2.0 Article Metadata Fields*.
"""

import datetime as dt
import re

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.feeds.links import absolute, host, normal
from streams.text.html_text import text_of_title

KIND = "gdelt"
FIELDS = 27
_COLLECTION, _SITE, _ADDRESS, _QUOTES, _NAMES, _TRANSLATION, _EXTRAS = 2, 3, 4, 22, 23, 25, 26
_OF_THE_WEB = "1"
_EXTRA = re.compile(r"<(PAGE_TITLE|PAGE_AUTHORS|PAGE_PRECISEPUBTIMESTAMP)>(.*?)</\1>", re.DOTALL)
_LANGUAGE = re.compile(r"srclc:([A-Za-z]{2,3})")
_OLDEST = dt.timedelta(days=2)
"""An article that is said to be older than that when it is found has the date of something else on its page."""
_CONTENT_CHARS = 10_000
_MOST_NAMES = 60
_ID_CHARS = 512


def is_article(row: str) -> bool:
    """Whether a row stands for a page of the web: others are broadcasts and papers."""
    fields = row.split("\t", _ADDRESS)
    return len(fields) <= _COLLECTION or fields[_COLLECTION] == _OF_THE_WEB


def mention_of(row: str, *, mark: int, heard_at: float) -> Mention:
    """Return the mention of an article.

    Its text is the headline, what is quoted in it where it is in English, and whom and what it names: the article's own
    text GDELT does not hand out. What is quoted of others is a translation by machine, in which nobody's anger is told.

    Parameters
    ----------
    row
        Fields between tabs.
    mark
        Of its file, epoch seconds.
    heard_at
        Wall time: no article was published later, though files are named for a moment that is still to come.

    Raises
    ------
    BadMentionError
        Where it is none.
    """
    fields = row.split("\t")
    if len(fields) != FIELDS:
        raise BadMentionError("schema", f"a row of {len(fields)} fields, where {FIELDS} are due")
    link = absolute(fields[_ADDRESS], "")
    if not link:
        raise BadMentionError("schema", f"DocumentIdentifier: {fields[_ADDRESS][:80]!r} is no address of the web")
    address = normal(link)
    if len(address) > _ID_CHARS:
        raise BadMentionError("schema", f"DocumentIdentifier: of {len(address)} characters, where {_ID_CHARS} may be")
    extras = {name: text_of_title(said, is_html=False) for name, said in _EXTRA.findall(fields[_EXTRAS])}
    title = extras.get("PAGE_TITLE", "")[:500]
    language = _LANGUAGE.search(fields[_TRANSLATION])
    quotes = [] if language else _quotes(fields[_QUOTES])
    content = "\n".join(filter(None, [title, *quotes, "; ".join(_names(fields[_NAMES]))]))
    if not content:
        raise BadMentionError("schema", "neither a headline nor a name in it")
    byline = "; ".join(filter(None, map(str.strip, extras.get("PAGE_AUTHORS", "").split(";"))))[:200]
    site = fields[_SITE].strip() or host(address)
    return Mention(
        id=address,
        published=_published(extras.get("PAGE_PRECISEPUBTIMESTAMP", ""), mark, heard_at),
        content=content[:_CONTENT_CHARS],
        source=KIND,
        url=link,
        language=language[1].lower() if language else "en",
        author=Author(id=byline or site, name=byline or site, url=f"https://{site}/"),
    )


def _published(stated: str, mark: int, heard_at: float) -> dt.datetime:
    """Return what the page says of when it was published, if that can be; else when GDELT has found it."""
    found = dt.datetime.fromtimestamp(min(mark, heard_at), dt.UTC)
    try:
        said = dt.datetime.strptime(stated, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return found
    # Pages that state their own wall time without a zone are hours ahead, or behind, of what they mean.
    return said if found - _OLDEST <= said <= found else found


def _quotes(field: str) -> list[str]:
    parts = (quote.split("|", 3) for quote in field.split("#"))
    return list(dict.fromkeys(text_of_title(part[3], is_html=False) for part in parts if len(part) == 4))


def _names(field: str) -> list[str]:
    names = (text_of_title(name.rpartition(",")[0] or name, is_html=False) for name in field.split(";"))
    return [name for name in dict.fromkeys(names) if name][:_MOST_NAMES]
