"""Which posts are looked at again, and when one counts as taken down."""

from hypothesis import given
from hypothesis import strategies as st

from streams.sources.polled.watched import AGAIN_S, MOST, Watched, Watching

WATCHING = Watching(every_s=3600.0, for_s=86_400.0)


def test_a_post_is_looked_at_when_it_is_due_and_no_longer_than_it_is_watched():
    watched = Watched(WATCHING)
    watched.sent("a", 50.0, "x", 100.0)

    assert watched.due(3699.0, 10) == []
    assert watched.due(3700.0, 10) == ["a"]
    # Nobody has listened for two days: it is looked at late, and no more after that.
    assert watched.due(172_800.0, 10) == ["a"]
    watched.looked_at(["a"], {"a": "x"}, 172_800.0)
    assert watched.due(200_000.0, 10) == []
    assert len(watched) == 0


def test_one_that_is_missing_once_is_asked_for_again_and_only_then_taken_down():
    watched = Watched(WATCHING)
    watched.sent("a", 50.0, "x", 100.0)

    assert watched.looked_at(["a"], {}, 4000.0).gone == {}
    assert watched.due(4000.0 + AGAIN_S, 10) == ["a"]
    assert watched.looked_at(["a"], {}, 4600.0).gone == {"a": 50}
    assert len(watched) == 0


def test_one_that_is_back_is_not_taken_down():
    watched = Watched(WATCHING)
    watched.sent("a", 50.0, "x", 100.0)
    watched.looked_at(["a"], {}, 4000.0)
    watched.looked_at(["a"], {"a": "x"}, 4600.0)

    assert watched.looked_at(["a"], {}, 9000.0).gone == {}


def test_what_says_something_else_is_told_once():
    watched = Watched(WATCHING)
    watched.sent("a", 50.0, "x", 100.0)

    assert watched.looked_at(["a"], {"a": "y"}, 4000.0).changed == ["a"]
    assert watched.looked_at(["a"], {"a": "y"}, 9000.0).changed == []


def test_of_too_many_the_oldest_is_given_up_and_counted():
    watched = Watched(WATCHING)
    for number in range(MOST + 2):
        watched.sent(f"{number}", 50.0, "x", 100.0)

    assert (len(watched), watched.given_up) == (MOST, 2)


@given(st.dictionaries(st.text(min_size=1), st.tuples(st.integers(0, 10**10), st.booleans())))
def test_what_is_kept_is_read_back(posts):
    watched = Watched(WATCHING)
    for key, (published, is_missed) in posts.items():
        watched.sent(key, published, "x", 100.0)
        if is_missed:
            watched.looked_at([key], {}, 4000.0)

    assert Watched(WATCHING, watched.position()).position() == watched.position()
