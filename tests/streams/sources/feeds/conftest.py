"""A source of feeds at simulated publishers."""

import pytest

from tests.streams.sources.feeds.listening import Listening


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening
