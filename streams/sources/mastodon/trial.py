"""What ``tocsin check`` finds out about a server: all that listening needs, and what will not be heard."""

from collections import Counter
from collections.abc import Sequence

from streams.errors import BadMentionError
from streams.sources.http import HttpClient
from streams.sources.mastodon.api import Api
from streams.sources.mastodon.consent import left_out
from streams.sources.mastodon.feeds import Feed
from streams.sources.mastodon.instance import Instance
from streams.sources.mastodon.left_out_posts import in_words
from streams.sources.mastodon.settings import MastodonSettings
from streams.sources.mastodon.status import Status, decode_status
from streams.sources.mastodon.streams import StreamRefusedError, Streams
from streams.sources.source import Problem, SourceError, SourceUnavailableError

_SILENCE_S = 20.0
_ENOUGH = frozenset({"read", "read:statuses"})


async def try_server(client: HttpClient, settings: MastodonSettings, feeds: Sequence[Feed]) -> list[Problem]:
    """Ask for all that listening needs; changes nothing.

    Raises
    ------
    SourceError
        Where the server refuses us.
    SourceUnavailableError
        Where it does not answer.
    """
    api = Api(client, settings.server, settings.token.get_secret_value())
    instance = await api.instance()
    closed = [instance.says_closed(settings.server, feed) for feed in feeds if instance.access(feed) == "closed"]
    if closed:
        return [Problem(says=says, stops=True) for says in closed]
    found = [
        Problem(says=f"{settings.server} shows of {feed.name} one part alone, its own posts or others'", stops=False)
        for feed in feeds
        if instance.access(feed) == "partly"
    ]
    found += await _scopes(api)
    anybody = Api(client, settings.server, "")
    posts: list[Status] = []
    for feed in feeds:
        shown = _decoded((await api.latest(feed)).posts)
        found += await _filters(anybody, feed, shown)
        posts += shown
    if (refused := await _stream(client, settings, api, instance, feeds)) is not None:
        found.append(refused)
    return [*found, *_sample(posts, settings)]


async def _scopes(api: Api) -> list[Problem]:
    scopes = await api.scopes()
    if scopes is None:
        return []
    if not _ENOUGH & set(scopes):
        says = f"the token allows {' '.join(scopes)}, and not read:statuses; make one with that scope"
        return [Problem(says=says, stops=True)]
    if set(scopes) - {"read:statuses"}:
        says = f"the token allows more than it must ({' '.join(scopes)}); one with read:statuses alone is enough"
        return [Problem(says=says, stops=False)]
    return []


async def _filters(anybody: Api, feed: Feed, shown: Sequence[Status]) -> list[Problem]:
    """Compare what the token's user is shown with what anybody is, where the server shows anybody anything."""
    try:
        public = _decoded((await anybody.latest(feed)).posts)
    except (SourceError, SourceUnavailableError):
        return []
    if not shown or not public:
        return []
    # Both pages were fetched within a second: what is missing in the middle was filtered, and not late.
    begin, end = min(one.created_at for one in shown), max(one.created_at for one in shown)
    seen = {one.id for one in shown}
    missing = [one for one in public if one.id not in seen and begin < one.created_at < end]
    if not missing:
        return []
    languages = sorted({one.language or "unknown" for one in missing})
    says = (
        f"{len(missing)} of the newest {len(public)} posts of {feed.name} are kept from the token's user ("
        f"{', '.join(languages[:5])}): that account's languages, blocks and mutes filter what is heard; use one without"
    )
    return [Problem(says=says, stops=False)]


async def _stream(
    client: HttpClient, settings: MastodonSettings, api: Api, instance: Instance, feeds: Sequence[Feed]
) -> Problem | None:
    streams = Streams(
        client,
        instance.streaming_url(settings.server),
        found_in=settings.server,
        secrets=api.secrets,
        silence_s=_SILENCE_S,
    )
    try:
        await streams.open(feeds)
    except (StreamRefusedError, SourceUnavailableError) as error:
        return Problem(says=f"{error}; its timeline is asked every minute, and take-downs are heard late", stops=False)
    finally:
        await streams.close()
    return None


def _sample(posts: Sequence[Status], settings: MastodonSettings) -> list[Problem]:
    """Tell what listening would have given of the newest posts."""
    if not posts:
        return [Problem(says="the timeline holds nothing yet; listening costs nothing", stops=False)]
    reasons = Counter(
        reason for one in posts if (reason := left_out(one, respect_indexable=settings.respect_indexable))
    )
    times = [one.created_at for one in posts]
    minutes = (max(times) - min(times)).total_seconds() / 60
    says = f"the newest {len(posts)} posts were written within {minutes:,.0f} min; listening costs nothing"
    if reasons:
        (reason, most), = reasons.most_common(1)  # fmt: skip
        says += f"; {reasons.total()} of them would be left out, {most} {in_words(reason)}"
    return [Problem(says=says, stops=False)]


def _decoded(posts: Sequence[bytes]) -> list[Status]:
    found = []
    for data in posts:
        try:
            found.append(decode_status(data))
        except BadMentionError:
            continue  # listening tells of it, in the dead letters
    return found
