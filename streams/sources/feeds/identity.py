"""Which post an entry is: the id of its mention, and the key by which its feed is known to have listed it. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from streams.sources.feeds.links import absolute, is_global, is_page, normal, unwrapped
from streams.sources.feeds.listing import Entry

LONGEST_ID = 512


class Identified(Struct, frozen=True, kw_only=True):
    """An entry and who it is.

    Parameters
    ----------
    entry
        As listed.
    link
        The post's own page, without what counts clicks; empty where there is none.
    id
        Of its mention: the same from every feed that lists the post, as far as the feeds allow.
    key
        Within its feed. It stays while the entry does, also where the mention's id would change with the entries
        beside it, or with http for https.
    """

    entry: Entry
    link: str
    id: str
    key: str


def identify(entries: Sequence[Entry], feed: str) -> list[Identified]:
    """Return the entries of one listing, each post once.

    An id that is an address, a ``tag:`` or a ``urn:`` is the post's; else the link is, if it leads to a page of the
    post's own; else the feed and what the feed calls the entry. An id that entries with different links share, and a
    link that different posts share (as on pages of incidents), names no post and is passed over.

    Parameters
    ----------
    entries
        As listed. What is listed twice is given once, the newer of both.
    feed
        Stands for the feed in ids.

    Examples
    --------
    >>> entries = [Entry(guid="7", link="https://e.example/7?utm_source=rss"), Entry(guid="tag:e.example,2026:8")]
    >>> [found.id for found in identify(entries, "feed:1")]
    ['https://e.example/7', 'tag:e.example,2026:8']
    """
    read = [_Read(entry) for entry in entries]
    shared = _shared_guids(read)
    crowded = _crowded_links(read, shared)
    found: dict[str, Identified] = {}
    for one in read:
        identified = _identified(one, feed, has_own_guid=bool(one.entry.guid) and one.entry.guid not in shared,
                                 has_own_link=bool(one.link) and one.link not in crowded)  # fmt: skip
        before = found.get(identified.key)
        if before is None or _age(before.entry) < _age(identified.entry):
            found[identified.key] = identified
    return list(found.values())


class _Read:
    """An entry with its link made plain."""

    def __init__(self, entry: Entry) -> None:
        target = unwrapped(entry.link) if entry.link else ""
        self.entry = entry
        self.is_wrapped = target != entry.link
        self.link = normal(target) if target and is_page(target) else ""
        self.shown = normal(target) if target else ""
        if not entry.link and absolute(entry.guid, "") == entry.guid:
            self.shown = entry.guid


def _shared_guids(read: Iterable[_Read]) -> set[str]:
    links: dict[str, set[str]] = defaultdict(set)
    for one in read:
        links[one.entry.guid].add(one.shown)
    return {guid for guid, of_it in links.items() if len(of_it) > 1}


def _crowded_links(read: Iterable[_Read], shared: set[str]) -> set[str]:
    """Return the links under which there are several posts: by their own ids, or else by title and time."""
    posts: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for one in read:
        guid = one.entry.guid
        posts[one.link].add((guid,) if guid and guid not in shared else (one.entry.title, f"{one.entry.published}"))
    titles: dict[str, set[str]] = defaultdict(set)
    for one in read:
        titles[one.link].add(one.entry.title)
    return {link for link, of_it in posts.items() if len(of_it) > 1 and len(titles[link]) > 1}


def _identified(one: _Read, feed: str, *, has_own_guid: bool, has_own_link: bool) -> Identified:
    entry = one.entry
    named = entry.guid if has_own_guid else one.link if has_own_link else ""
    key = _without_scheme(named) if named else "\n".join((entry.guid, one.shown, entry.title, f"{entry.published}"))
    if has_own_guid and is_global(entry.guid) and not (one.is_wrapped and has_own_link):
        name = entry.guid
    elif has_own_link:
        name = one.link
    else:
        name = f"{feed}#{entry.guid if has_own_guid else _digest(key)}"
    return Identified(entry=entry, link=one.shown, id=bounded(name), key=key)


def _age(entry: Entry) -> tuple[float, str, str]:
    return (entry.published.at if entry.published else 0.0, entry.title, entry.text)


def _without_scheme(name: str) -> str:
    return name.removeprefix("https:") if name.startswith("https:") else name.removeprefix("http:")


def bounded(name: str) -> str:
    """Return a name as an id: one that is too long is cut, and ends on what stands for all of it."""
    return name if len(name) <= LONGEST_ID else f"{name[: LONGEST_ID - 40]}#{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
