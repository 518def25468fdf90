"""A source at a simulated Brandwatch, whose clock only moves when it is told to."""

from typing import Any, Self

from alerts.simulation.services.brandwatch import SimulatedBrandwatch
from streams.sources.brandwatch.settings import BrandwatchSettings
from streams.sources.brandwatch.source import BrandwatchSource
from tests.streams.sources.clocked_listening import ClockedListening


class Listening(ClockedListening):
    """A source at a simulated Brandwatch."""

    def __init__(self, **fake: Any) -> None:
        super().__init__()
        self.site = SimulatedBrandwatch(self._time, **fake)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    def source(self, **settings: Any) -> BrandwatchSource:
        stated = {
            "project": self.site.project, "queries": list(self.site.queries), "token": "token-1", "url": self.site.url,
        }  # fmt: skip
        return BrandwatchSource("bw", BrandwatchSettings.model_validate(stated | settings), self.client, now=self._time)

    async def opened(self, **settings: Any) -> BrandwatchSource:
        source = self.source(**settings)
        await source.open(self.position)
        return source
