"""A post by an account of ours on Bluesky comes out of the source, or it is said why not."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from alerts.simulation.services.pds import SimulatedPds
from streams.sources.bluesky.settings import BlueskySettings
from streams.sources.bluesky.source import BlueskySource
from streams.sources.http import HttpClient
from streams.sources.proving.poster import Posted
from streams.sources.proving.trial import try_proof
from streams.sources.source import SourceError
from tests.streams.sources.bluesky.network import jetstream
from tests.streams.sources.memory_outlet import MemoryOutlet
from tests.streams.sources.running import Run

PASSWORD = "abcd-efgh-ijkl-mnop"


@asynccontextmanager
async def network(password: str = PASSWORD) -> AsyncIterator[tuple[SimulatedPds, Any]]:
    client = HttpClient()
    try:
        async with jetstream() as host, SimulatedPds(time.time, host) as pds:
            stated = {"account": "northside.example", "password": password, "server": pds.url}
            settings = BlueskySettings(hosts=(host.url,), remembered_posts=100, proof=stated)
            yield pds, BlueskySource("bluesky", settings, client, linger_s=0.01)
    finally:
        await client.close()


def proof(outlet: MemoryOutlet) -> Any:
    return outlet.saved[-1].proof if outlet.saved else None


async def test_it_posts_hears_that_and_removes_it():
    outlet = MemoryOutlet()

    async with network() as (pds, source), Run(source, outlet) as run:
        await run.until(lambda: proof(outlet) is not None and proof(outlet).is_heard is True)
        await run.until(lambda: proof(outlet).posted is None)

        assert (pds.made, pds.posts) == (1, {})
    assert not outlet.ids


async def test_a_process_that_follows_hears_what_a_killed_one_has_posted():
    outlet = MemoryOutlet()

    async with network() as (pds, source):
        pds.tells = False
        async with Run(source, outlet) as run:
            await run.until(lambda: proof(outlet) is not None and proof(outlet).posted is not None)
        await pds.through()
        async with Run(source, outlet, checkpoint=outlet.saved[-1]) as run:
            await run.until(lambda: proof(outlet).is_heard is True and proof(outlet).posted is None)

        assert (pds.made, pds.posts) == (1, {})


async def test_a_password_that_is_refused_is_told_with_what_to_do():
    outlet = MemoryOutlet()

    async with network("wrong") as (pds, source), Run(source, outlet) as run:
        await run.until(lambda: proof(outlet) is not None and bool(proof(outlet).refused))
        assert not pds.made

    assert (
        "createSession answered 401 (AuthenticationRequired: Invalid identifier or password)" in proof(outlet).refused
    )
    assert proof(outlet).is_heard is None


@pytest.mark.parametrize(("fault", "says"), [("rate_seconds", "429"), ("server_error", "500"), ("broken", "no answer")])
async def test_a_server_that_does_not_take_it_now_is_told(fault, says):
    outlet = MemoryOutlet()

    async with network() as (pds, source):
        pds.fail_next(fault)
        async with Run(source, outlet) as run:
            await run.until(lambda: proof(outlet) is not None and bool(proof(outlet).refused))

    assert says in proof(outlet).refused


async def test_a_session_that_has_run_out_is_begun_anew():
    async with network() as (pds, source):
        poster = source.proof.poster
        await poster.account()
        posted = await poster.post("A test.", "mark")
        pds.expire()

        await poster.remove(posted)
        await poster.remove(posted)

        assert not pds.posts


async def test_another_process_removes_what_it_did_not_post():
    async with network() as (pds, source):
        posted = await source.proof.poster.post("A test.", "mark")
        other: Any = BlueskySource("bluesky", source._settings, source._dictionaries._client)

        await other.proof.poster.remove(Posted(mark="mark", id=posted.id))

        assert not pds.posts


async def test_what_the_server_refuses_is_told_in_its_words():
    async with network() as (_, source):
        with pytest.raises(SourceError, match="must not be longer than 300"):
            await source.proof.poster.post("x" * 301, "mark")


async def test_check_says_as_whom_it_would_post_and_posts_nothing():
    async with network() as (pds, source):
        (problem,) = await try_proof(source.proof)

        assert "48.0 times a day, as northside.example (did:plc:northside) on http" in problem.says
        assert not pds.made


async def test_check_says_why_it_could_not_post():
    async with network("wrong") as (_, source):
        (problem,) = await try_proof(source.proof)

    assert problem.says.startswith("its proof cannot be posted: ")
    assert not problem.stops
