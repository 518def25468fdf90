"""A source at a simulated forum, whose clock only moves when it is told to."""

from typing import Any, Self

from alerts.simulation.services.forum import SimulatedForum, Way
from streams.sources.poll_api.settings import PollApiSettings
from streams.sources.poll_api.source import PollApiSource
from tests.streams.sources.clocked_listening import ClockedListening

WAYS: dict[Way, dict[str, Any]] = {
    "one_page": {},
    "numbers": {"pages": {"parameter": "page", "first": 1}},
    "offsets": {"pages": {"parameter": "skip", "first": 0, "step": 5}},
    "marks": {"pages": {"next": "meta.mark", "parameter": "before"}},
    "links": {"pages": {"next": "meta.link"}},
    "header": {"pages": {"header": True}},
    "since": {
        "order": "oldest_first", "since": {"parameter": "since"}, "pages": {"parameter": "page", "first": 0},
    },
    "cursor": {"order": "cursor", "pages": {"next": "meta.mark", "parameter": "after"}},
}  # fmt: skip
FIELDS = {
    "id": "number", "time": "made", "text": "body.html", "author": "by.name", "url": "link", "language": "lang",
    "deleted": "hidden",
}  # fmt: skip


class Listening(ClockedListening):
    """A source at a simulated forum."""

    def __init__(self, **fake: Any) -> None:
        super().__init__()
        self.site = SimulatedForum(self._time, **fake)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    def settings(self, **stated: Any) -> PollApiSettings:
        described = {
            "url": f"{self.site.url}/api/posts", "key": self.site.key, "items": "data.posts", "fields": FIELDS,
            "name": "forum", **WAYS[self.site.way],
        }  # fmt: skip
        return PollApiSettings.model_validate(described | stated)

    async def opened(self, **stated: Any) -> PollApiSource:
        source = PollApiSource("forum", self.settings(**stated), self.client, now=self._time)
        await source.open(self.position)
        return source
