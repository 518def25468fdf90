"""The comments of channels and videos: each list newest first, and answers to what was written lately."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES
from streams.sources.http import HttpClient
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.polled.meter import Meter
from streams.sources.polled.polled_source import PolledSource
from streams.sources.polled.watched import Watching
from streams.sources.source import Problem
from streams.sources.suites.fields import at, count, moment, text
from streams.sources.youtube.api import MOST_IDS, Api
from streams.sources.youtube.comment import KIND, id_of, key_of, mention_of
from streams.sources.youtube.settings import YouTubeSettings

PAGE = 100
LATE_S = 300.0
WATCHING = Watching(every_s=86_400.0, for_s=30 * 86_400.0)
"""Google asks that what is kept is asked for again, or deleted, within 30 days."""
_THREADS = 20_000
_MOST_ANSWER_PAGES = 50
"""Of one comment: 5,000 answers."""


class YouTubeSource(PolledSource):
    """Some channels and videos.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    client
        Asks over HTTP.
    now
        Wall time, epoch seconds.
    """

    kind = KIND

    def __init__(
        self,
        source_id: str,
        settings: YouTubeSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._api = Api(client, settings, self.spend, self.exhaust)
        lists = [_Comments(self._api, now, channel=channel) for channel in settings.channels]
        lists += [_Comments(self._api, now, video=video) for video in settings.videos]
        super().__init__(
            source_id,
            lists,
            Cadence(every_s=settings.every, overlap_s=settings.answers, late_s=LATE_S, most_pages=200),
            look_up=_Again(self._api),
            watching=WATCHING,
            meter=Meter(period="pacific_day", cap=settings.units),
            unit="units today",
            now=now,
        )

    async def check(self) -> list[Problem]:
        """Ask for the channels by their ids, and for the first page of each list."""
        problems = []
        if self._settings.channels:
            items, _ = await self._api.items("channels", part="snippet", id=",".join(self._settings.channels))
            known = {text(item, "id"): text(item, "snippet.title") for item in items}
            missing = [channel for channel in self._settings.channels if channel not in known]
            if missing:
                problems.append(Problem(says=f"there is no channel {', '.join(missing)}", stops=False))
        looks = (len(self._settings.channels) + len(self._settings.videos)) * 86_400 / self._settings.every
        says = f"asks at least {looks:,.0f} times a day, a unit each, of {self._settings.units:,}"
        if looks > self._settings.units:
            says += "; `every` is shorter than the units allow"
        return [*problems, Problem(says=says, stops=False), *await super().check()]


class _Comments:
    """The comments of a channel with all its videos, or of one video."""

    def __init__(self, api: Api, now: Callable[[], float], *, channel: str = "", video: str = "") -> None:
        self._api = api
        self._now = now
        self._of = {"allThreadsRelatedToChannelId": channel} if channel else {"videoId": video}
        self._answers: dict[str, int] = {}
        self.key = channel or video
        self.label = f"{'channel' if channel else 'video'} {self.key}"

    async def page(self, asked: Asked) -> Page:
        """Ask for a page of comments, and for answers to them of which there are more than before."""
        params = {
            "part": "snippet,replies", "order": "time", "maxResults": str(PAGE), "textFormat": "plainText", **self._of,
        }  # fmt: skip
        if asked.cursor:
            params["pageToken"] = asked.cursor
        threads, next_ = await self._api.items("commentThreads", **params)
        is_first = asked.since is None
        answers = await asyncio.gather(*(self._answered(thread, is_first=is_first) for thread in threads))
        found: list[Found] = []
        began = self._now()
        for thread, said in zip(threads, answers, strict=True):
            began = _began(thread, began)
            found += _found(thread, said, began)
        for thread in threads:
            # Only now: where asking for some failed, all are asked for again.
            self._answers[text(thread, "id")] = count(thread, "snippet.totalReplyCount")
        while len(self._answers) > _THREADS:
            del self._answers[next(iter(self._answers))]
        return Page(found=tuple(found), next=next_)

    async def _answered(self, thread: Any, *, is_first: bool) -> list[Any]:
        """Return the answers to a comment: those that come with it, or all where these are not."""
        with_it = at(thread, "replies.comments")
        answers = with_it if isinstance(with_it, list) else []
        number, total = text(thread, "id"), count(thread, "snippet.totalReplyCount")
        if is_first or total <= len(answers) or self._answers.get(number) == total:
            return answers
        gathered: list[Any] = []
        cursor = ""
        for _ in range(_MOST_ANSWER_PAGES):
            page = {"pageToken": cursor} if cursor else {}
            items, cursor = await self._api.items(
                "comments", part="snippet", parentId=number, maxResults=str(PAGE), textFormat="plainText", **page
            )
            gathered += items
            if not cursor:
                return gathered
        return gathered


class _Again:
    """Looks comments up by their ids."""

    at_once = MOST_IDS

    def __init__(self, api: Api) -> None:
        self._api = api

    def id_of(self, key: str) -> str:
        """Return the id of the mention."""
        return id_of(key)

    async def look_up(self, keys: Sequence[str]) -> Mapping[str, Found]:
        """Return those that are still there."""
        places = {key.partition("/")[2]: key for key in keys}
        items, _ = await self._api.items("comments", part="snippet", id=",".join(places), textFormat="plainText")
        there = {}
        for item in items:
            key = places.get(text(item, "id"))
            if key is None:
                continue
            place = key.partition("/")[0]
            is_channel = place.startswith("@")
            there[key] = _one(item, 0.0, video="" if is_channel else place, channel=place[1:] if is_channel else "")
        return there


def _began(thread: Any, before: float) -> float:
    """Return a thread's place in the list; one whose date cannot be read stands where the one before it does."""
    try:
        return moment(thread, "snippet.topLevelComment.snippet.publishedAt").timestamp()
    except BadMentionError:
        return before


def _found(thread: Any, answers: Sequence[Any], began: float) -> list[Found]:
    """Return a thread's posts, answers first: in the list, which is newest first, all stand where it stands."""
    video, channel = text(thread, "snippet.videoId"), text(thread, "snippet.channelId")
    top = at(thread, "snippet.topLevelComment")
    here = [_one(answer, began, video=video, channel=channel) for answer in reversed(answers)]
    return [*here, _one(top, began, video=video, channel=channel, answers=count(thread, "snippet.totalReplyCount"))]


def _one(comment: Any, began: float, *, video: str, channel: str, answers: int = 0) -> Found:
    key = key_of(video, channel, text(comment, "id"))
    try:
        post: Any = mention_of(comment, video=video, channel=channel, answers=answers)
    except BadMentionError as error:
        post = Refused.because(error, f"{KIND}: comment {key}", msgspec.json.encode(comment)[:MAX_BYTES])
    return Found(key=key, at=began, post=post)
