"""Makes mentions of suites' documents: one address for one post, one word for one network."""

from typing import Any

from streams.mention import Author, Mention
from streams.sources.suites.fields import text
from streams.text.networks import network_of, reposted

_ID_CHARS = 512
_NAME_CHARS = 500
_CONTENT_CHARS = 30_000


def x_address(number: str) -> str:
    """Return the address of a post of X by its number; empty where it is none.

    Examples
    --------
    >>> x_address("1781005504061268063"), x_address("t3_abc")
    ('https://x.com/i/status/1781005504061268063', '')
    """
    return f"https://x.com/i/status/{number}" if number.isascii() and number.isdigit() else ""


def web_address(document: Any, *paths: str) -> str:
    """Return the first field that is a web address; empty where none is."""
    for path in paths:
        said = text(document, path)
        if said.startswith(("https://", "http://")) and len(said) <= _ID_CHARS:
            return said
    return ""


def suite_post(
    kind: str,
    number: str,
    *,
    address: str,
    network: str,
    title: str,
    content: str,
    author: Author | None,
    found_by: str,
    fields: dict[str, Any],
) -> Mention:
    """Return the mention of a post.

    Its id is its own address, so that what another source heard as well is heard once, else its number in the suite. A
    post without title and text is one whose text the licence withholds: it has no language and no author then.

    Parameters
    ----------
    kind
        Of the source: it is ``source`` of what comes from no network that is known.
    network
        What the suite says of where it is from.
    fields
        Of the mention, as they are.
    """
    title = " ".join(title.split())[:_NAME_CHARS]
    content = content[:_CONTENT_CHARS]
    common: dict[str, Any] = {
        "id": address or f"urn:{kind}:{number}"[:_ID_CHARS],
        "source": network_of(network) or kind,
        "url": address,
    }
    if not (title or content):
        kept = {name: fields[name] for name in ("published", "likes", "replies", "reposts", "views") if name in fields}
        return Mention(content="", found_by=found_by, **common, **kept)
    if common["source"] == "twitter" and not fields.get("repost_of") and (of := reposted(content)):
        fields = {**fields, "repost_of": of}
    return Mention(
        content=content or title, name=title if content and title not in content else "", author=author,
        **common, **fields,
    )  # fmt: skip
