"""Which timelines a source hears: how each is streamed, and how it is asked for. Pure."""

from urllib.parse import quote

from msgspec import Struct

from streams.sources.mastodon.settings import MastodonSettings


class Feed(Struct, frozen=True, kw_only=True):
    """One timeline.

    Parameters
    ----------
    name
        What it is known by in the position: ``public``, ``#northside``.
    stream_path, stream_params
        Where its stream is.
    path, params
        Where its posts are asked for.
    """

    name: str
    stream_path: str
    path: str
    stream_params: dict[str, str] = {}
    params: dict[str, str] = {}


_PUBLIC = "/api/v1/timelines/public"
_STREAM = "/api/v1/streaming"


def feeds_of(settings: MastodonSettings) -> tuple[Feed, ...]:
    """Return the timelines that the configuration names."""
    match settings.feed:
        case "public":
            return (Feed(name="public", stream_path=f"{_STREAM}/public", path=_PUBLIC),)
        case "local" | "remote" as which:
            return (Feed(name=which, stream_path=f"{_STREAM}/public/{which}", path=_PUBLIC, params={which: "true"}),)
        case "hashtags":
            return tuple(
                Feed(
                    name=f"#{tag}",
                    stream_path=f"{_STREAM}/hashtag",
                    stream_params={"tag": tag},
                    path=f"/api/v1/timelines/tag/{quote(tag, safe='')}",
                )
                for tag in dict.fromkeys(settings.hashtags)
            )
