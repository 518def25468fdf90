"""A post of our own that comes back proves that a source hears; one that does not says that it may not."""

import pytest
from msgspec.structs import replace
from prometheus_client import REGISTRY

from streams.sources.proving.proof import MARK
from streams.sources.source import SourceError, SourceUnavailableError
from tests.streams.sources.clock import Clock
from tests.streams.sources.memory_outlet import MemoryOutlet
from tests.streams.sources.proving.own_network import EVERY_S, WITHIN_S, OwnNetwork, Process, post


@pytest.fixture
def network():
    return OwnNetwork()


@pytest.fixture
def outlet():
    return MemoryOutlet()


@pytest.fixture
def clock():
    return Clock()


def counted(outcome: str) -> float:
    return value_of("tocsin_source_proofs_total", outcome=outcome) or 0.0


def value_of(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"source": "own", "kind": "scripted", **labels})


async def test_a_post_that_comes_back_proves_the_source_and_is_removed(network, outlet, clock):
    before = counted("heard")

    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: len(network.removed) == 1)
        await process.goes(0)
        assert value_of("tocsin_source_proven") == 1

    assert counted("heard") == before + 1
    assert network.removed == [network.posts[0].id]
    assert (process.proof.is_heard, process.proof.posted, process.proof.refused) == (True, None, "")


@pytest.mark.parametrize("keep_all", [False, True])
async def test_what_we_post_goes_nowhere_and_counts_for_nobody(network, outlet, clock, keep_all):
    async with Process(network, outlet, clock, keep_all=keep_all) as process:
        await process.run.until(lambda: len(network.removed) == 1)
        ours = network.posts[0]
        network.told += [post("northside closes", "ann", "a"), ours, replace(ours, deleted=True, content="")]
        await process.run.until(lambda: outlet.ids == ["a"])
        await process.reads()

    assert outlet.ids == ["a"]
    assert (outlet.saved[-1].counts.received, outlet.saved[-1].counts.dropped) == (1, 0)


async def test_a_post_that_does_not_come_back_in_time_says_so_and_one_that_comes_late_proves_nothing(
    network, outlet, clock
):
    network.is_told = False
    before = counted("not_heard"), counted("late"), counted("heard")

    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: bool(network.posts))
        await process.goes(WITHIN_S)
        assert value_of("tocsin_source_proven") is None
        await process.goes(1)
        assert value_of("tocsin_source_proven") == 0

        network.told += network.posts
        await process.run.until(lambda: bool(network.removed))
        assert value_of("tocsin_source_proven") == 0

    assert (counted("not_heard"), counted("late"), counted("heard")) == (before[0] + 1, before[1] + 1, before[2])
    assert process.proof.took_s == WITHIN_S + 1


async def test_a_post_that_never_comes_back_is_removed_when_the_next_is_due(network, outlet, clock):
    network.is_told = False

    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: bool(network.posts))
        await process.goes(WITHIN_S + 1)
        assert not network.removed
        network.is_told = True
        await process.goes(EVERY_S)
        await process.run.until(lambda: len(network.removed) == 2)
        assert value_of("tocsin_source_proven") == 1

    assert network.removed == [mention.id for mention in network.posts]


@pytest.mark.parametrize("error", [SourceError("the token is refused"), SourceUnavailableError("429 Too many")])
async def test_that_it_could_not_be_posted_says_nothing_of_hearing(network, outlet, clock, error):
    before = counted("not_heard"), counted("not_posted")

    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: bool(network.removed))
        network.refusal = error
        await process.goes(EVERY_S)
        await process.run.until(lambda: value_of("tocsin_source_proof_not_posted") == 1)
        await process.goes(WITHIN_S + 1)
        assert (value_of("tocsin_source_proven"), process.proof.refused) == (1, str(error))

        network.refusal = None
        await process.goes(EVERY_S)
        await process.run.until(lambda: len(network.removed) == 2)
        assert value_of("tocsin_source_proof_not_posted") == 0

    assert (counted("not_heard"), counted("not_posted")) == (before[0], before[1] + 1)


async def test_a_process_that_was_killed_before_it_heard_is_followed_by_one_that_does(network, outlet, clock):
    network.is_told = False
    async with Process(network, outlet, clock) as killed:
        await killed.run.until(lambda: killed.proof.posted is not None)
    network.told += network.posts

    async with Process(network, outlet, clock) as next_one:
        await next_one.run.until(lambda: bool(network.removed))

    assert len(network.posts) == 1
    assert next_one.proof.is_heard is True


async def test_a_process_that_was_killed_before_the_answer_leaves_no_post_behind(network, outlet, clock):
    network.answers.clear()
    network.is_told = False
    async with Process(network, outlet, clock) as killed:
        await killed.run.until(lambda: bool(network.posts))
    assert killed.proof.posted is None
    network.told += network.posts

    async with Process(network, outlet, clock) as next_one:
        await next_one.run.until(lambda: bool(network.removed))

    assert network.removed == [network.posts[0].id]
    assert next_one.proof.is_heard is True


async def test_a_post_whose_answer_is_lost_is_removed_when_it_is_heard(network, outlet, clock):
    network.answers.clear()
    network.loses_answers = True

    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: process.proof.is_heard is True)
        assert not network.removed
        network.answers.set()
        await process.run.until(lambda: bool(network.removed))

    assert network.removed == [network.posts[0].id]


async def test_what_was_heard_and_not_removed_is_removed_by_the_next_process(network, outlet, clock):
    network.keeps_what_was_posted = True
    async with Process(network, outlet, clock) as stopped:
        await stopped.run.until(lambda: stopped.proof.is_heard is True)
    network.keeps_what_was_posted = False

    async with Process(network, outlet, clock) as next_one:
        await next_one.run.until(lambda: bool(network.removed))

    assert len(network.posts) == 1


async def test_what_was_perhaps_never_posted_is_not_missed(network, outlet, clock):
    network.answers.clear()
    network.is_told = False
    async with Process(network, outlet, clock) as killed:
        await killed.run.until(lambda: bool(network.posts))

    async with Process(network, outlet, clock) as next_one:
        await next_one.goes(WITHIN_S + 1)
        assert value_of("tocsin_source_proven") is None


async def test_many_restarts_post_once(network, outlet, clock):
    for _ in range(5):
        async with Process(network, outlet, clock) as process:
            await process.run.until(lambda: bool(network.posts))
            await process.goes(10)

    assert len(network.posts) == 1


async def test_what_another_process_has_is_not_proven_by_this_one(network, outlet, clock):
    process = Process(network, outlet, clock)
    # The checkpoint is refused, as Kafka does where the source is another's now.
    outlet.fails_at = {"save"}

    assert await process.run.ended(lambda: False) is not None
    assert not network.posts


@pytest.mark.parametrize("jump", [-10 * EVERY_S, 10 * EVERY_S])
async def test_a_clock_that_jumps_makes_no_post_and_misses_none(network, outlet, clock, jump):
    network.is_told = False
    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: bool(network.posts))
        process.wall.at += jump
        await process.reads()
        network.told += network.posts
        await process.run.until(lambda: bool(network.removed))
        await process.reads()

    assert len(network.posts) == 1
    assert process.proof.is_heard is True


async def test_a_clock_that_was_put_back_between_two_processes_puts_the_next_post_off_once(network, outlet, clock):
    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: bool(network.removed))

    back = Process(network, outlet, clock)
    back.wall.at -= 10 * EVERY_S
    async with back:
        await back.goes(0)
        assert len(network.posts) == 1
        await back.goes(EVERY_S)
        await back.run.until(lambda: len(network.posts) == 2)


async def test_a_stranger_who_copies_the_mark_proves_nothing_and_is_heard_like_anybody(network, outlet, clock):
    network.is_told = False

    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: process.proof.posted is not None)
        assert MARK.search(network.posts[0].content)
        network.told.append(post(network.posts[0].content, "https://other.example/users/mallory", "copy"))
        await process.run.until(lambda: outlet.ids == ["copy"])
        await process.goes(WITHIN_S + 1)
        assert value_of("tocsin_source_proven") == 0


async def test_an_old_post_of_ours_that_is_read_again_proves_nothing(network, outlet, clock):
    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: bool(network.removed))
        network.is_told = False
        await process.goes(EVERY_S)
        await process.run.until(lambda: len(network.posts) == 2 and process.proof.posted is not None)
        network.told.append(network.posts[0])
        await process.goes(WITHIN_S + 1)
        assert value_of("tocsin_source_proven") == 0
    assert not outlet.ids


async def test_what_cannot_be_removed_is_tried_once_more_and_counted(network, outlet, clock):
    network.keeps_what_was_posted = True

    async with Process(network, outlet, clock) as process:
        await process.run.until(lambda: process.proof.is_heard is True)
        assert not value_of("tocsin_source_proof_left_total")
        await process.goes(EVERY_S)
        await process.run.until(lambda: value_of("tocsin_source_proof_left_total") == 1)

    assert len(network.posts) == 2
