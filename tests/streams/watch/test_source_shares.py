"""What a source is worth to a brand is known though it is heard in part, and not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.post import Post
from streams.watch.source_shares import NAMES, WHOLE, Part, SourceShares

GONE = Part(0.0, 1.0)


def posts(**of: int) -> list[Post]:
    return [
        Post(id=f"{name}{k}", published=0, content="", source=name) for name, count in of.items() for k in range(count)
    ]


def known(times: int = 400, **of: int) -> SourceShares:
    shares = SourceShares()
    for _ in range(times):
        shares.learn(posts(**of), {})
    return shares


def test_a_source_that_is_not_heard_takes_its_share_with_it():
    assert known(net=3, shop=1).heard({"net": GONE}, ()) == pytest.approx((0.25, 1.0), abs=0.01)
    assert known(net=3, shop=1).heard({"other": GONE}, ()) == pytest.approx((1.0, 1.0))


def test_a_source_of_which_there_are_posts_is_heard_whatever_we_believe():
    assert known(net=3, shop=1).heard({"net": GONE}, {"net"}) == pytest.approx((1.0, 1.0))


def test_a_sample_is_one_though_there_are_posts_of_it():
    assert known(net=3, shop=1).heard({"net": Part(1.0, 0.2)}, {"net"}) == pytest.approx((1.0, 0.4), abs=0.01)


def test_a_brand_that_is_not_known_yet_is_taken_to_be_heard():
    assert SourceShares().heard({"net": GONE}, ()) == WHOLE
    assert known(1, net=3).heard({"net": GONE}, ()) == WHOLE


def test_where_little_is_known_rather_too_much_is_due():
    assert known(7, net=3).heard({"net": GONE}, ()).covered == pytest.approx(5 / 26, abs=0.01)


def test_a_source_that_is_not_heard_for_long_keeps_its_share():
    shares = known(net=3, shop=1)
    for _ in range(500):
        shares.learn(posts(shop=1), {"net": GONE})

    assert shares.heard({"net": GONE}, ()).covered == pytest.approx(0.25, abs=0.02)


def test_a_source_of_which_a_sample_is_heard_counts_for_all_of_it():
    shares = SourceShares()
    for _ in range(400):
        shares.learn(posts(net=3, shop=5), {"net": Part(1.0, 0.2)})

    assert shares.heard({"net": GONE}, ()).covered == pytest.approx(0.25, abs=0.02)


names = st.sampled_from(["a", "b", "c"])
some_parts = st.builds(Part, st.floats(0, 1), st.floats(0, 1))


@given(st.lists(st.dictionaries(names, st.integers(1, 9), max_size=3), max_size=20), st.dictionaries(names, some_parts))
def test_shares_are_shares(authors_by_bin, parts):
    shares = SourceShares()
    for one in authors_by_bin:
        shares.learn(posts(**one), parts)
    covered, sampled = shares.heard(parts, ())

    assert 0.0 <= covered <= 1.0
    assert 0.0 <= sampled <= 1.0


def test_of_many_sources_the_largest_are_kept():
    shares = SourceShares()
    shares.learn(posts(**{f"s{number}": number for number in range(1, 3 * NAMES)}), {})

    assert len(shares.posts) == NAMES
    assert f"s{3 * NAMES - 1}" in shares.posts


def test_what_is_learned_does_not_depend_on_how_a_process_orders_its_sets():
    shares = SourceShares()
    shares.learn(posts(**dict.fromkeys("hgfedcba", 1)), {})
    assert list(shares.posts) == list("abcdefgh")
