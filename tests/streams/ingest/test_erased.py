"""What is remembered of posts and authors that are not to be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ingest.erased import BadErasedRowError, Erased, author_row, post_row, row_value

IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=600)


@given(IDS, st.text(st.characters(codec="utf-8"), max_size=20))
def test_a_row_holds_nothing_of_what_it_stands_for(name, source):
    erased = Erased()
    for key in (post_row(name), author_row(name, source)):
        erased.take(key, row_value(1.5))
        assert len(key) <= 23

    assert erased.has_post(name)
    assert erased.has_author(name, source)


@given(IDS, IDS)
def test_another_id_is_another_post(one, other):
    erased = Erased()
    erased.take(post_row(one), b"1")

    assert erased.has_post(other) == (one == other)


def test_a_row_that_is_taken_back_is_forgotten():
    erased = Erased()
    for key in (post_row("p1"), author_row("ann")):
        erased.take(key, b"1")
        erased.take(key, None)

    assert not erased.has_post("p1")
    assert not erased.has_author("ann", "bluesky")


def test_an_author_of_one_source_is_not_one_of_another():
    erased = Erased()
    erased.take(author_row("ann", "bluesky"), b"1")

    assert erased.has_author("ann", "bluesky")
    assert not erased.has_author("ann", "mastodon")


def test_of_too_many_posts_the_first_are_given_up_and_counted():
    erased = Erased(most=2)
    for name in ("p1", "p2", "p3", "p3"):
        erased.add_post(name)

    assert (erased.has_post("p1"), erased.has_post("p2"), erased.has_post("p3")) == (False, True, True)
    assert erased.given_up == 1
    assert erased.counts == {"post": 2, "author": 0}


@pytest.mark.parametrize("key", [None, b"", b"post", b"post/", b"post/xyz", b"brand/00ff", b"\xff/1"])
def test_what_is_no_row_is_refused(key):
    with pytest.raises(BadErasedRowError):
        Erased().take(key, b"1")
