"""A post by an account of ours on a Mastodon server comes out of the source, or it is said why not."""

from typing import Any

import pytest

from alerts.simulation.services.mastodon import Token
from streams.sources.mastodon.settings import MastodonSettings
from streams.sources.proving.poster import Posted
from streams.sources.proving.trial import try_proof
from tests.streams.sources.mastodon.listening import Listening
from tests.streams.sources.memory_outlet import MemoryOutlet
from tests.streams.sources.running import Run

WRITES = Token(scopes=("write:statuses", "read:accounts"), user="northside")


@pytest.fixture
def outlet():
    return MemoryOutlet()


@pytest.fixture
async def listening():
    async with Listening(proof={"token": "writes"}) as listening:
        listening.server.tokens["writes"] = WRITES
        yield listening


def proof(outlet: MemoryOutlet) -> Any:
    return outlet.saved[-1].proof if outlet.saved else None


async def test_it_posts_publicly_hears_that_and_removes_it(listening, outlet):
    async with Run(listening.source, outlet) as run:
        await run.until(lambda: proof(outlet) is not None and proof(outlet).is_heard is True)
        await run.until(lambda: proof(outlet).posted is None)

    (name,) = listening.server.writing.posts
    post = listening.server.posts[int(name)]
    assert (post.status["visibility"], post.is_deleted) == ("public", True)
    assert not outlet.ids


async def test_a_process_that_follows_hears_what_a_killed_one_has_posted(listening, outlet):
    listening.server.writing.holds_back = True
    async with Run(listening.source, outlet) as run:
        await run.until(lambda: proof(outlet) is not None and proof(outlet).posted is not None)
    await listening.server.through(listening.server.writing.posts[0])

    async with Run(listening.new(), outlet, checkpoint=outlet.saved[-1]) as run:
        await run.until(lambda: proof(outlet).is_heard is True and proof(outlet).posted is None)

    assert len(listening.server.writing.posts) == 1


async def test_where_hashtags_are_heard_it_posts_one():
    async with Listening(proof={"token": "writes"}, feed="hashtags", hashtags=["nhs"]) as listening:
        listening.server.tokens["writes"] = WRITES
        outlet = MemoryOutlet()
        async with Run(listening.source, outlet) as run:
            await run.until(lambda: proof(outlet) is not None and proof(outlet).is_heard is True)


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (None, "the token is refused"),
        (Token(scopes=("read:statuses",)), "make a token with the scopes write:statuses and read:accounts"),
        (Token(scopes=("read:accounts",)), "make a token with the scopes write:statuses and read:accounts"),
    ],
)
async def test_a_token_that_may_not_post_is_told_and_the_source_is_heard_all_the_same(listening, outlet, token, says):
    listening.server.tokens.pop("writes")
    if token is not None:
        listening.server.tokens["writes"] = token

    async with Run(listening.source, outlet) as run:
        await run.until(lambda: proof(outlet) is not None and bool(proof(outlet).refused))
        await listening.server.post("northside closes")
        await run.until(lambda: len(outlet.ids) == 1)

    assert says in proof(outlet).refused
    assert proof(outlet).is_heard is None


@pytest.mark.parametrize(("fault", "says"), [("rate_limited", "429"), ("unavailable", "503")])
async def test_a_server_that_does_not_take_it_now_is_told(listening, outlet, fault, says):
    listening.server.writing.fault = fault

    async with Run(listening.source, outlet) as run:
        await run.until(lambda: proof(outlet) is not None and bool(proof(outlet).refused))

    assert says in proof(outlet).refused


async def test_an_account_that_is_limited_is_found_out_and_nothing_of_it_stays(listening, outlet):
    listening.server.writing.limited.add("northside")

    async with Run(listening.source, outlet) as run:
        await run.until(lambda: proof(outlet) is not None and bool(proof(outlet).refused))

    assert "the account is limited" in proof(outlet).refused
    assert all(listening.server.posts[int(name)].is_deleted for name in listening.server.writing.posts)


async def test_a_post_of_which_no_answer_came_is_removed_by_its_address(listening):
    poster = listening.source.proof.poster
    posted = await poster.post("A test.", "mark")

    await poster.remove(Posted(mark="mark", id=posted.id))
    await poster.remove(posted)

    assert listening.server.posts[int(posted.handle)].is_deleted


async def test_a_post_that_is_made_again_is_the_same(listening):
    poster = listening.source.proof.poster

    assert await poster.post("A test.", "mark") == await poster.post("A test.", "mark")


async def test_check_says_as_whom_it_would_post_and_how_often_and_posts_nothing(listening):
    (problem,) = await try_proof(listening.source.proof)

    assert problem.says.startswith("the proof posts every 30m, 48.0 times a day, as northside on ")
    assert not listening.server.writing.posts


async def test_check_says_where_the_source_would_leave_the_account_out(listening):
    listening.server.writing.indexable = False

    (problem,) = await try_proof(listening.source.proof)

    assert "northside is left out of what is heard (not_indexable)" in problem.says
    assert not problem.stops


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"feed": "remote", "proof": {"token": "t"}}, "name another one as proof.server"),
        ({"feed": "local", "proof": {"token": "t", "server": "other.example"}}, "leave out proof.server"),
        ({"proof": {"token": "t", "every": "10m", "within": "11m"}}, "within must be no longer than every"),
    ],
)
def test_a_proof_that_could_never_be_heard_is_refused(stated, says):
    with pytest.raises(ValueError, match=says):
        MastodonSettings(server="mastodon.example", token="t", **stated)
