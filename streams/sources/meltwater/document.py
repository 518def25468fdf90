"""A document of Meltwater's as a mention. Pure.

The fields are those of its template ``api.json`` (developer.meltwater.com, *Output templates*: ``id``,
``published_date``, ``url``, ``external_id``, ``parent.url``), whose parts ``content``, ``author``, ``matched``,
``enrichments`` and ``source`` were seen in readers of such documents published on GitHub; what was not seen is asked
for by a second name as well, and left out where it is not there. Meltwater gives no address of a post of X, and its
number: the address is made of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.brands import found_by
from streams.sources.suites.fields import at, count, moment, plain, text, texts
from streams.sources.suites.post import suite_post, web_address, x_address

KIND = "meltwater"


def mention_of(document: Any, searches: Iterable[str], brands: Mapping[str, str]) -> Mention:
    """Return the mention of a document.

    Parameters
    ----------
    searches
        Numbers and names of the searches that the push is for.
    brands
        By those: a brand's id.

    Raises
    ------
    BadMentionError
        Where it is none, or lacks its number or moment.
    """
    if not isinstance(document, dict):
        raise BadMentionError(
            "schema",
            "the document is no object; create the data stream with the template api.json",
        )
    number = text(document, "id", "document_id")
    if not number:
        raise BadMentionError("schema", "id: there is none; create the data stream with the template api.json")
    return suite_post(
        KIND,
        number,
        address=web_address(document, "url") or x_address(text(document, "external_id")),
        network=text(document, "source.name", "source.type", "content_type"),
        title=plain(document, "content.title", "title"),
        content=_content(document),
        author=_author(document),
        found_by=found_by([*_matched(document), *searches], brands, KIND),
        fields={
            "published": moment(document, "published_date"),
            "language": text(document, "enrichments.language_code", "language_code", "content.language_code"),
            "in_reply_to": web_address(document, "parent.url"),
            "tags": tuple(tag.lstrip("#") for tag in texts(document, "content.hashtags", "hashtags")),
            "likes": count(document, "metrics.likes", "engagement.likes"),
            "replies": count(document, "metrics.comments", "metrics.replies", "engagement.comments"),
            "reposts": count(document, "metrics.shares", "metrics.reposts", "engagement.shares"),
            "views": count(document, "metrics.views", "metrics.estimated_views", "engagement.views"),
        },
    )


def _content(document: Any) -> str:
    """Return the text: the body or its beginning, and the sentence that the search found, which may stand far below."""
    said = plain(document, "content.body", "content.opening_text", "opening_text")
    hit = plain(document, "matched.hit_sentence", "hit_sentence")
    return said if hit in said else f"{said}\n…\n{hit}" if said else hit


def _author(document: Any) -> Author | None:
    author = Author(
        id=text(document, "author.external_id", "author.handle", "author.name", "content.byline"),
        name=text(document, "author.name", "author.handle", "content.byline"),
        followers=count(document, "author.metrics.followers", "author.followers", "author.followers_count"),
        url=web_address(document, "author.profile_url", "author.url"),
    )
    return author if author.id else None


def _matched(document: Any) -> list[str]:
    return names_of(at(document, "matched.inputs"))


def names_of(inputs: Any) -> list[str]:
    """Return the numbers, then the names, of the searches that stand in a push or a document, in whichever form.

    Examples
    --------
    >>> names_of({"search": {"id": 2382415, "name": "Northside"}}), names_of([{"id": 7}, "Other"]), names_of(None)
    (['2382415', 'Northside'], ['7', 'Other'], [])
    """
    found: list[Any] = inputs if isinstance(inputs, list) else [inputs]
    if isinstance(inputs, dict) and not {"id", "name"} & inputs.keys():
        found = [part for value in inputs.values() for part in (value if isinstance(value, list) else [value])]
    numbers = [text(one, "id") if isinstance(one, dict) else "" for one in found]
    names = [text(one, "name") if isinstance(one, dict) else text({"it": one}, "it") for one in found]
    return [said for said in (*numbers, *names) if said]
