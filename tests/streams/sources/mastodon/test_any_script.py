"""Whatever goes wrong on the way, what is given is exactly what was written, and a hole is told where there was one."""

import asyncio
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.simulation.services.mastodon_faults import (
    Cut,
    Deaf,
    Garbage,
    Late,
    RequestFault,
    Silence,
    StreamFault,
    Twice,
)  # fmt: skip
from tests.streams.sources.mastodon.listening import HASTY, Listening

places = st.integers(0, 40)
stream_faults: st.SearchStrategy[StreamFault] = st.one_of(
    st.builds(Cut, places),
    st.builds(Silence, places),
    st.builds(Twice, places),
    st.builds(Garbage, places),
    st.builds(Late, places, st.integers(1, 5)),
    st.builds(Deaf, st.floats(0.1, 10.0)),
)
request_faults: st.SearchStrategy[RequestFault | None] = st.sampled_from(
    [None, None, "server_error", "unavailable", "rate_limited", "web_page", "guard", "cut", "no_list", "stale"]
)
streams = st.lists(st.lists(stream_faults, max_size=4).map(tuple), max_size=8)
requests = st.lists(request_faults, max_size=20)
FORGOTTEN_S = 36_000.0
NEARLY_S = 300.0
"""Posts of other servers are some dozen seconds old, and the clock jumps on with each that is written."""
ELIGIBLE = {"indexable": True}
LEFT_OUT = ({"indexable": False}, {"noindex": True}, {"note": "<p>#<span>nobot</span></p>"}, {"limited": True})


class Script:
    """Posts of some minutes, a few at a time, with edits and deletions among them."""

    def __init__(self, listening: Listening, chance: random.Random) -> None:
        self._listening = listening
        self._chance = chance
        self.eligible: set[str] = set()
        self.gone: set[str] = set()
        self.others: set[str] = set()
        self.heard_at = self.left_at = self.lost_at = self.back_at = 0.0

    async def go_on(self, posts: int) -> None:
        server, chance = self._listening.server, self._chance
        for number in range(posts):
            account = ELIGIBLE if chance.random() < 0.8 else chance.choice(LEFT_OUT)
            is_local = chance.random() < 0.5
            if account == {"noindex": True}:
                is_local = True
            one = await server.post(f"post {number}", is_local=is_local, late_s=chance.randrange(60), account=account)
            (self.eligible if account == ELIGIBLE else self.others).add(one)
            self._listening.now.jump(1)

    async def delete_some(self) -> None:
        for one in self._chance.sample(sorted(self.eligible - self.gone), k=min(3, len(self.eligible - self.gone))):
            self.gone.add(one)
            await self._listening.server.delete(one)

    async def lose(self, seconds: float) -> None:
        """Let somebody write what the server forgets before anybody listens again."""
        self.left_at = self._listening.now()
        self.others.add(await self._listening.server.post("nobody hears this"))
        self._listening.now.jump(seconds)
        self.lost_at = self._listening.now()

    def uris(self, posts: set[str]) -> set[str]:
        return {self._listening.server.uri(one) for one in posts}


async def heard(
    planned: list[tuple[StreamFault, ...]], asked: list[RequestFault | None], seed: int, *, lost_s: float = 0.0
) -> tuple[Listening, Script]:
    """Listen to a server under a script, killed at random; it forgets what is ten hours old, if ``lost_s`` pass."""
    chance = random.Random(seed)
    listening = Listening(times=HASTY, keeps=lambda: chance.random() > 0.15, keeps_s=FORGOTTEN_S if lost_s else None)
    async with listening:
        script = Script(listening, chance)
        server = listening.server
        await server.post("before anybody listens")
        await listening.hears()
        listening.now.jump(300)
        for faults in planned:
            server.fail_stream(*faults)
        server.fail_next(*asked)
        for _ in range(6):
            await script.go_on(chance.randrange(25))
            for _ in range(chance.randrange(8)):
                await listening.step()
            await script.delete_some()
            if chance.random() < 0.3:
                await server.kill_streams()
        await listening.until(lambda: script.uris(script.eligible - script.gone) <= set(listening.ids))
        if lost_s:
            await listening.hears()
            await listening.leave()
            script.heard_at = listening.heard_at
            await script.lose(lost_s)
        await script.go_on(30)
        script.back_at = listening.now()
        await listening.until(lambda: script.uris(script.eligible - script.gone) <= set(listening.ids))
        if not lost_s:
            # A take-down that no stream told is found within a day.
            listening.now.jump(86_400)
            await listening.until(lambda: script.uris(script.gone) & set(listening.ids) <= set(listening.gone))
        await listening.lets(60)
    return listening, script


@given(planned=streams, asked=requests, seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_given_is_what_was_written_and_no_hole_is_made_up(planned, asked, seed):
    listening, script = asyncio.run(heard(planned, asked, seed))

    assert script.uris(script.eligible - script.gone) <= set(listening.ids) <= script.uris(script.eligible)
    assert set(listening.gone) <= script.uris(script.gone)
    assert listening.holes == []


@given(planned=streams, asked=requests, seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_the_server_has_forgotten_is_told_once_as_a_hole_of_that_time(planned, asked, seed):
    listening, script = asyncio.run(heard(planned, asked, seed, lost_s=2 * FORGOTTEN_S))

    assert script.uris(script.eligible - script.gone) <= set(listening.ids) <= script.uris(script.eligible)
    (hole,) = listening.holes
    assert (hole.share, hole.reason) == (0.0, "look_back")
    # The fast clock goes on whenever the test stands still, hundreds of seconds at once on a busy machine.
    assert script.heard_at - NEARLY_S < hole.began < script.left_at + NEARLY_S
    assert script.lost_at - NEARLY_S < hole.ended < script.back_at + NEARLY_S
