"""One name for one network, whatever suites call it, and what its texts reveal."""

import re

_NETWORKS = {
    "bluesky": "bluesky", "facebook": "facebook", "instagram": "instagram", "linkedin": "linkedin",
    "mastodon": "mastodon", "pinterest": "pinterest", "reddit": "reddit", "telegram": "telegram",
    "threads": "threads", "tiktok": "tiktok", "tumblr": "tumblr", "twitch": "twitch", "twitter": "twitter",
    "x": "twitter", "youtube": "youtube",
}  # fmt: skip
_BESIDE = frozenset({"socialmedia", "social", "media", "formerly", "public", "http", "https", "www", "com"})
_REPOST = re.compile(r"RT @(\w{1,15})\b")


def network_named(text: str) -> str:
    """Return a network's own word where a text names one and nothing else; the text as it stands otherwise.

    Examples
    --------
    >>> [network_named(text) for text in ("X (formerly Twitter)", "SOCIALMEDIA, SOCIALMEDIA_TWITTER", "twitter.com")]
    ['twitter', 'twitter', 'twitter']
    >>> network_named("The Reddit Times"), network_named("Blogs")
    ('The Reddit Times', 'Blogs')
    """
    return network_of(text) or text


def network_of(text: str) -> str:
    """Return a network's own word where a text names one and nothing else; empty otherwise.

    Examples
    --------
    >>> network_of("x.com"), network_of("Blogs")
    ('twitter', '')
    """
    words = set(re.findall(r"[^\W_]+", text.casefold())) - _BESIDE
    networks = {_NETWORKS.get(word, "") for word in words}
    return networks.pop() if len(networks) == 1 and "" not in networks else ""


def reposted(content: str) -> str:
    """Return the address of whom a text of X repeats, as it begins with ``RT @name``; empty where it repeats nobody.

    Of which post it is a repost the text does not say.

    Examples
    --------
    >>> reposted("RT @ann: closed again"), reposted("closed again")
    ('https://x.com/ann', '')
    """
    found = _REPOST.match(content)
    return f"https://x.com/{found[1]}" if found else ""
