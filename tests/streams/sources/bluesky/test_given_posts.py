"""What is remembered of an account's posts, within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from streams.sources.bluesky.given_posts import GivenPosts
from tests.streams.sources.bluesky.posts import key

ACCOUNTS = ("did:plc:a", "did:plc:b", "did:web:c.example")


@given(st.lists(st.tuples(st.sampled_from(ACCOUNTS), st.integers(0, 1_000)), max_size=60), st.integers(1, 40))
def test_the_newest_posts_of_each_account_are_remembered(posts, most):
    remembered = GivenPosts(most)
    for did, number in posts:
        remembered.add(did, key(number))

    for did in ACCOUNTS:
        assert set(remembered.of(did)) == {key(number) for by, number in posts[-most:] if by == did}


def test_an_odd_key_is_remembered_as_well():
    remembered = GivenPosts(10)

    remembered.add("did:plc:a", "self")
    remembered.add("did:plc:a", key(1))

    assert remembered.of("did:plc:a") == [key(1), "self"]


def test_nothing_is_remembered_where_nothing_may_be():
    remembered = GivenPosts(0)

    remembered.add("did:plc:a", key(1))

    assert remembered.of("did:plc:a") == []
    assert len(remembered) == 0


def test_it_holds_no_more_than_it_may():
    remembered = GivenPosts(100)

    for number in range(1_000):
        remembered.add(f"did:plc:{number}", key(number))
        remembered.add(f"did:plc:{number}", f"odd{number}")

    assert len(remembered) == 200
