"""Whatever goes wrong on the way, what is given is exactly what was written, and a hole is told where there was one."""

import asyncio
import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.simulation.services.jetstream import SimulatedJetstream
from alerts.simulation.services.jetstream_faults import Close, Drop, Fault, Garbage, Late, Refuse, Silence, Twice
from tests.streams.sources.bluesky.listener import FastClock, Listener
from tests.streams.sources.bluesky.posts import key

DIDS = ("did:plc:a", "did:plc:b", "did:web:c.example")
SECOND = 1_000_000
POSTS = 300
"""A post a second: five minutes of a small network."""

places = st.integers(0, 60)
faults: st.SearchStrategy[Fault] = st.one_of(
    st.builds(Drop, places),
    st.builds(
        Close, places, st.sampled_from([1001, 1011, 1012]), st.just("bye"), st.sampled_from(["", "ConsumerTooSlow"])
    ),
    st.builds(Silence, places),
    st.builds(Twice, places),
    st.builds(Late, places, st.integers(1, 5)),
    st.builds(Garbage, places),
    st.builds(Refuse, st.sampled_from([429, 502, 503])),
)
scripts = st.lists(st.lists(faults, max_size=4).map(tuple), max_size=8)


class Network:
    """Posts of some minutes on two hosts, each of which saw them at moments of its own.

    Of the first ``lost_s`` seconds the hosts keep nothing.
    """

    def __init__(self, clock: FastClock, *, lost_s: int) -> None:
        self.hosts = [SimulatedJetstream(clock, look_back_s=86_400) for _ in range(2)]
        self.began_us = int((clock() - 3_600) * 1e6)
        self._first = lost_s
        self.written: set[str] = set()
        self.gone: set[str] = set()

    async def fill(self) -> None:
        for number in range(self._first, POSTS):
            did, rkey = DIDS[number % 3], key(number, self.began_us)
            self.written.add(f"at://{did}/app.bsky.feed.post/{rkey}")
            for host, late_us in zip(self.hosts, (0, 400_000), strict=True):
                at_us = self.began_us + number * SECOND + late_us
                await host.post(did, rkey, {"text": f"post {number}"}, at_us=at_us)
                if number % 17 == 16:
                    await host.delete(did, rkey, at_us=at_us + 1)
                    self.gone.add(f"at://{did}/app.bsky.feed.post/{rkey}")


async def heard(wire: str, script: list[tuple[Fault, ...]], seed: int, *, lost_s: int = 0) -> tuple[Listener, Network]:
    """Listen to a network under a script, killed at random."""
    clock = FastClock(time.time())
    chance = random.Random(seed)
    network = Network(clock, lost_s=lost_s)
    await network.fill()
    for at, planned in enumerate(script):
        network.hosts[at % 2].fail_next(*planned)
    for host in network.hosts:
        await host.start()
    listener = Listener(
        *(host.url for host in network.hosts),
        now=clock,
        wire=wire,
        silence_s=0.2,
        acknowledges=lambda: chance.random() > 0.2,
    )
    listener.position = {"wire": wire, "host": network.hosts[0].url, "time_us": network.began_us, "seq": 1}
    try:
        await listener.until(
            lambda: (
                network.written <= listener.ids
                and network.gone <= listener.gone
                and (not lost_s or bool(listener.holes))
            )
        )
    finally:
        await listener.close()
        for host in network.hosts:
            await host.stop()
    return listener, network


@pytest.mark.parametrize("wire", ["v1", "v2"])
@given(script=scripts, seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_given_is_what_was_written_and_no_hole_is_made_up(wire, script, seed):
    listener, network = asyncio.run(heard(wire, script, seed))

    assert listener.ids == network.written
    assert listener.gone == network.gone
    assert listener.holes == []


@pytest.mark.parametrize("wire", ["v1", "v2"])
@given(script=scripts, seed=st.integers(0, 2**32), lost_s=st.integers(70, 280))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_no_host_kept_is_told_once_as_a_hole_of_that_time(wire, script, seed, lost_s):
    listener, network = asyncio.run(heard(wire, script, seed, lost_s=lost_s))

    assert listener.ids == network.written
    (hole,) = listener.holes
    assert (hole.began, hole.share, hole.reason) == (network.began_us / 1e6, 0.0, "look_back")
    assert abs(hole.ended - (network.began_us / 1e6 + lost_s)) < 1
