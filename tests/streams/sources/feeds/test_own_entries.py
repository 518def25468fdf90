"""An entry that our own address publishes comes out of the source, or it is said why not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from alerts.simulation.services.publishing import TOKEN, SimulatedPublishing
from streams.sources.feeds.settings import FeedsSettings
from streams.sources.proving.poster import Posted
from streams.sources.proving.trial import try_proof
from tests.streams.sources.feeds.listening import EVERY_S, Listening
from tests.streams.sources.memory_outlet import MemoryOutlet
from tests.streams.sources.proving.own_network import ALWAYS
from tests.streams.sources.running import Run

OWN = "https://paper-feed.example/"


class Proving:
    """A source of feeds with a proof, the address that publishes, and what was kept."""

    def __init__(self, listening: Listening, publishing: SimulatedPublishing, source: Any) -> None:
        self.listening, self.publishing, self.source = listening, publishing, source
        self.outlet = MemoryOutlet()

    def run(self) -> Run:
        time = self.listening.time
        return Run(self.source, self.outlet, bounds=ALWAYS, now=time, clock=time)

    @property
    def proof(self) -> Any:
        return self.outlet.saved[-1].proof if self.outlet.saved else None


@asynccontextmanager
async def proving(*, entries: str = OWN, token: str = TOKEN) -> AsyncIterator[Proving]:
    async with Listening() as listening:
        feed = listening.feed("/feed")
        feed.publish(listening.time.now - 60)
        async with SimulatedPublishing(listening.time, feed) as publishing:
            stated = {"publish": f"{publishing.url}/tocsin", "token": token, "entries": entries}
            yield Proving(listening, publishing, await listening.source(proof=stated))


async def test_it_is_published_heard_and_removed():
    async with proving() as here, here.run() as run:
        await run.until(lambda: bool(here.publishing.published))
        await run.until(lambda: here.proof.posted is not None)
        here.listening.time.now += EVERY_S
        await run.until(lambda: bool(here.publishing.removed))
        await run.until(lambda: here.proof.is_heard is True and here.proof.posted is None)

    assert here.publishing.removed == list(here.publishing.published)
    assert here.proof.took_s == EVERY_S


async def test_an_entry_with_the_mark_on_another_site_proves_nothing():
    async with proving(entries="https://www.northside.example") as here, here.run() as run:
        await run.until(lambda: here.proof is not None and here.proof.posted is not None)
        here.listening.time.now += EVERY_S
        await run.until(lambda: here.outlet.saved[-1].counts.received == 2)

        assert here.proof.is_heard is None


async def test_an_address_that_refuses_us_is_told_with_what_to_do():
    async with proving(token="old") as here, here.run() as run:
        await run.until(lambda: here.proof is not None and bool(here.proof.refused))

    assert "answered 401 to publish; mend `proof.publish`" in here.proof.refused
    assert here.proof.is_heard is None


async def test_an_entry_that_is_gone_already_is_removed():
    async with proving() as here:
        await here.source.proof.poster.remove(Posted(mark="tocsin-proof-0"))

        assert not here.publishing.removed


async def test_check_says_what_it_would_ask_and_asks_nothing():
    async with proving() as here:
        (problem,) = await try_proof(here.source.proof)

        assert problem.says.startswith("the proof posts every 6h, 4.0 times a day, by asking http://127.0.0.1:")
        assert problem.says.endswith("/tocsin, into a feed that is asked every 10m")
        assert not here.publishing.asked


def settings(**proof: Any) -> FeedsSettings:
    stated = {"publish": "https://a.example/p", "token": "t", "entries": "https://a.example"} | proof
    return FeedsSettings.model_validate({"urls": ["https://a.example/feed"], "proof": stated})


def test_no_other_site_has_an_address_that_begins_like_ours():
    proof = settings(entries="https://a.example").proof

    assert proof is not None
    assert not "https://a.example.evil.example/1".startswith(proof.entries)


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"within": "10m"}, "proof.within must be longer than every"),
        ({"entries": "a.example"}, "must be a web address"),
        ({"publish": "ftp://a.example/"}, "must be a web address"),
    ],
)
def test_a_proof_that_could_never_be_heard_is_refused(stated, says):
    with pytest.raises(ValueError, match=says):
        settings(**stated)
