"""The kinds of sources that exist. A new kind is a folder beside this file and a line in ``SOURCES`` or ``PUSHED``."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from streams.sources.app_store.settings import AppStoreSettings
from streams.sources.app_store.source import AppStoreSource
from streams.sources.bluesky.settings import BlueskySettings
from streams.sources.bluesky.source import BlueskySource
from streams.sources.brandwatch.settings import BrandwatchSettings
from streams.sources.brandwatch.source import BrandwatchSource
from streams.sources.feeds.mapping import KIND as FEEDS
from streams.sources.feeds.settings import FeedsSettings
from streams.sources.feeds.source import FeedsSource
from streams.sources.gdelt.settings import GdeltSettings
from streams.sources.gdelt.source import GdeltSource
from streams.sources.hacker_news.settings import HackerNewsSettings
from streams.sources.hacker_news.source import HackerNewsSource
from streams.sources.http import HttpClient
from streams.sources.mastodon.settings import MastodonSettings
from streams.sources.mastodon.source import MastodonSource
from streams.sources.meltwater.settings import MeltwaterSettings
from streams.sources.meltwater.source import MeltwaterSource
from streams.sources.poll_api.settings import PollApiSettings
from streams.sources.poll_api.source import PollApiSource
from streams.sources.pushed import PushedSource
from streams.sources.reddit.settings import RedditSettings
from streams.sources.reddit.source import RedditSource
from streams.sources.source import Source
from streams.sources.talkwalker.settings import TalkwalkerSettings
from streams.sources.talkwalker.source import TalkwalkerSource
from streams.sources.threads.settings import ThreadsSettings
from streams.sources.threads.source import ThreadsSource
from streams.sources.websub.settings import WebSubSettings
from streams.sources.websub.source import WebSubSource
from streams.sources.x.post import NETWORK
from streams.sources.x.settings import XSettings
from streams.sources.x.source import XSource
from streams.sources.youscan.settings import YouScanSettings
from streams.sources.youscan.source import YouScanSource
from streams.sources.youtube.settings import YouTubeSettings
from streams.sources.youtube.source import YouTubeSource

_DAY_S = 86_400.0


class SourceKind(Struct, frozen=True):
    """A kind of source.

    Parameters
    ----------
    settings
        The model of its settings.
    build
        Builds one (id, settings, HTTP client).
    source
        What its posts state as their source, by its settings; the kind's name where it is left out.
    is_of_networks
        Whether each of its posts states the network that it is of.
    keep_texts_s
        How long texts and authors are kept by default, for the sake of upstream's terms; ``None`` as those of others.
    """

    settings: type[BaseModel]
    build: Callable[[str, Any, HttpClient], Source]
    source: Callable[[Any], str] | None = None
    is_of_networks: bool = False
    keep_texts_s: float | None = None


SOURCES: dict[str, SourceKind] = {
    "feeds": SourceKind(FeedsSettings, FeedsSource),
    "gdelt": SourceKind(GdeltSettings, GdeltSource),
    "hacker_news": SourceKind(HackerNewsSettings, HackerNewsSource),
    "bluesky": SourceKind(BlueskySettings, BlueskySource),
    "mastodon": SourceKind(MastodonSettings, MastodonSource),
    "brandwatch": SourceKind(BrandwatchSettings, BrandwatchSource, is_of_networks=True),
    "talkwalker": SourceKind(TalkwalkerSettings, TalkwalkerSource, is_of_networks=True),
    "youtube": SourceKind(YouTubeSettings, YouTubeSource, keep_texts_s=30 * _DAY_S),
    "app_store": SourceKind(AppStoreSettings, AppStoreSource),
    "reddit": SourceKind(RedditSettings, RedditSource, keep_texts_s=30 * _DAY_S),
    "x": SourceKind(XSettings, XSource, lambda _: NETWORK),
    "threads": SourceKind(ThreadsSettings, ThreadsSource, keep_texts_s=30 * _DAY_S),
    "poll_api": SourceKind(PollApiSettings, PollApiSource, lambda settings: str(settings.name)),
}


class PushedKind(Struct, frozen=True):
    """A kind whose upstream posts to ``tocsin web``: as ``SourceKind``, built of id and settings."""

    settings: type[BaseModel]
    build: Callable[[str, Any], PushedSource]
    source: Callable[[Any], str] | None = None
    is_of_networks: bool = False
    keep_texts_s: float | None = None


PUSHED: dict[str, PushedKind] = {
    "meltwater": PushedKind(MeltwaterSettings, MeltwaterSource, is_of_networks=True),
    "websub": PushedKind(WebSubSettings, WebSubSource, lambda _: FEEDS),
    "youscan": PushedKind(YouScanSettings, YouScanSource, is_of_networks=True),
}
