"""How networks, suites and other places are called."""

NETWORKS = {
    "bluesky": "Bluesky",
    "brandwatch": "Brandwatch",
    "facebook": "Facebook",
    "hacker_news": "Hacker News",
    "instagram": "Instagram",
    "mastodon": "Mastodon",
    "meltwater": "Meltwater",
    "reddit": "Reddit",
    "talkwalker": "Talkwalker",
    "threads": "Threads",
    "twitter": "X",
    "x": "X",
    "youscan": "YouScan",
    "youtube": "YouTube",
}
"""By the name of their kind, which is what their posts state as their source."""

_PLACES = NETWORKS | {
    "app_store": "the App Store",
    "feeds": "feeds",
    "gdelt": "GDELT",
    "other": "other sources",
    "rss": "RSS",
    "unknown": "an unknown source",
}


def place(source: str) -> str:
    """Return where a post is from, by what it states as its source.

    Examples
    --------
    >>> place("mastodon"), place("own-forum"), place("")
    ('Mastodon', 'own-forum', 'an unknown source')
    """
    return _PLACES.get(source or "unknown", source)
