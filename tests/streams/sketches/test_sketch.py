"""Counts of distinct keys: exact where they can be, near where they cannot, the same however they come."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.post import Post
from streams.sketches.post_sample import OTHERS_K, POSTS_K, PostSample
from streams.sketches.sketch import Drawn, PrefixSketch, stable_hash
from tests.streams.story import unhurried

K = 4
Sighting = tuple[int, int, int]

sightings = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, 9)), max_size=60)


def sketch_of(seen: list[Sighting]) -> PrefixSketch:
    sketch = PrefixSketch(K)
    for key, second, number in seen:
        sketch.see(key, second, number)
    return sketch


def merged(*sketches: PrefixSketch) -> PrefixSketch:
    union = PrefixSketch(K)
    for sketch in sketches:
        for key, said in sketch.items():
            for second, number in said:
                union.see(key, second, number)
    return union


def kept(sketch: PrefixSketch) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
    return list(sketch.items())


def in_order(drawn: Drawn) -> Drawn:
    return Drawn(sorted(drawn.drawn), drawn.times)


def curve(sketch: PrefixSketch) -> list[Drawn]:
    return [in_order(sketch.until(second)) for second in range(11)]


def drawn(seen: list[Sighting], until: int) -> dict[int, int]:
    """Draw with all keys at hand."""
    numbers: dict[int, list[int]] = {}
    for key, second, number in seen:
        if second < until:
            numbers.setdefault(key, []).append(number)
    return {key: min(said) for key, said in numbers.items()}


@given(sightings)
@unhurried
def test_below_k_all_keys_are_there_at_every_second_with_the_smallest_number_said_until_then(seen):
    sketch = sketch_of(seen)

    for until in range(11):
        exact = drawn(seen, until)
        if len(exact) < K:
            assert dict(sketch.until(until).drawn) == exact
            assert sketch.until(until).times == 1.0
            assert sketch.count(until) == len(exact)


@given(sightings)
@unhurried
def test_from_k_on_those_with_the_smallest_hashes_stand_for_all(seen):
    sketch = sketch_of(seen)

    for until in range(11):
        exact = drawn(seen, until)
        if len(exact) >= K:
            assert sorted(sketch.until(until).drawn) == sorted(exact.items())[:K]
            assert sketch.until(until).times >= 1.0


@given(sightings, sightings)
@unhurried
def test_merging_is_commutative(some, others):
    assert kept(merged(sketch_of(some), sketch_of(others))) == kept(merged(sketch_of(others), sketch_of(some)))


@given(sightings, sightings, sightings)
@unhurried
def test_merging_is_associative(a, b, c):
    one, two, three = sketch_of(a), sketch_of(b), sketch_of(c)

    assert kept(merged(merged(one, two), three)) == kept(merged(one, merged(two, three)))


@given(sightings)
@unhurried
def test_merging_with_itself_changes_nothing(seen):
    assert kept(merged(sketch_of(seen), sketch_of(seen))) == kept(sketch_of(seen))


@given(sightings, st.data())
@unhurried
def test_what_was_merged_of_parts_counts_as_the_whole_does_in_any_order(seen, data):
    shuffled = data.draw(st.permutations(seen))
    cut = data.draw(st.integers(0, len(seen)))

    parts = merged(sketch_of(shuffled[:cut]), sketch_of(shuffled[cut:]))

    assert curve(parts) == curve(sketch_of(seen))


@given(sightings, st.integers(0, 10))
@unhurried
def test_what_comes_later_does_not_change_an_earlier_count(seen, until):
    so_far = [sighting for sighting in seen if sighting[1] < until]

    assert in_order(sketch_of(seen).until(until)) == in_order(sketch_of(so_far).until(until))


def many(count: int) -> PrefixSketch:
    sketch = PrefixSketch(1024)
    for at in range(count):
        sketch.see(stable_hash(f"author {at}"), at * 60 // count, at % 4)
    return sketch


def test_counts_above_k_are_near():
    sketch = many(50_000)

    for second in (10, 30, 60):
        due = 50_000 * second / 60
        found = sketch.until(second)
        fourth = found.times * sum(number == 0 for _, number in found.drawn)
        assert sketch.count(second) == pytest.approx(due, rel=0.12)  # four standard errors
        assert fourth == pytest.approx(due / 4, rel=0.25)


def test_a_hundredfold_outbreak_keeps_a_bounded_sketch():
    sketch = many(50_000)

    assert len(list(sketch.items())) < 1024 * 6  # k (1 + ln(n/k)) = 5,000
    assert len(sketch) < 1024 * 6


def test_one_who_says_much_is_kept_with_little():
    sketch = PrefixSketch(K)
    for at in range(6_000):
        sketch.see(1, at // 100, stable_hash(str(at)))

    ((_, said),) = sketch.items()
    assert len(said) < 20  # ln 6,000 = 9


def test_a_sighting_that_tells_nothing_new_changes_nothing():
    sketch = PrefixSketch(K)

    assert sketch.see(1, 5, 7)
    assert not sketch.see(1, 6, 7)
    assert sketch.see(1, 6, 3)
    assert sketch.see(1, 4, 9)
    assert [dict(sketch.until(second).drawn) for second in (4, 5, 6, 7)] == [{}, {1: 9}, {1: 7}, {1: 3}]


# -- the sample of posts -----------------------------------------------------------------------------------------


def a_post(at: int, *, negative: bool = False, **fields: Any) -> Post:
    return Post(id=f"p{at}", published=at % 7 + 0.5, content="", negativity=0.9 if negative else 0.1, **fields)


def sample_of(posts: list[Post]) -> PostSample:
    sample = PostSample()
    sample.merge(posts)
    return sample


numbered = st.lists(st.integers(0, 400).map(lambda at: a_post(at, negative=at % 3 == 0)), max_size=150)


@given(numbered, numbered, numbered)
@unhurried
def test_samples_merge_to_the_sample_of_all(a, b, c):
    whole = sample_of(a + b + c)

    in_turn = PostSample()
    for part in (c, a, b, a):
        in_turn = sample_of([*in_turn.kept(), *sample_of(part).kept()])

    assert in_turn.posts() == whole.posts()
    assert list(in_turn.kept()) == list(whole.kept())


@given(st.lists(numbered, max_size=4), st.integers(0, 7))
@unhurried
def test_a_sample_up_to_a_moment_is_the_same_whenever_it_is_drawn(parts, moment):
    then = sample_of([post for part in parts for post in part if post.published < moment])

    later = PostSample()
    for part in parts:
        later.merge(sample_of(part).kept())

    assert later.posts(before=moment) == then.posts()


def test_a_loud_bin_keeps_few_posts_more_than_its_sample():
    posts = [Post(id=f"p{at}", published=at / 200, content="", negativity=0.9) for at in range(12_000)]

    kept = list(sample_of(posts).kept())

    assert POSTS_K < len(kept) < 10 * POSTS_K


def test_negative_posts_are_first_in_line_and_some_others_stay():
    posts = sample_of([a_post(at, negative=at < 200) for at in range(1000)]).posts()

    assert len(posts) == POSTS_K
    assert [post.is_negative for post in posts] == [True] * (POSTS_K - OTHERS_K) + [False] * OTHERS_K


def test_places_that_one_side_leaves_free_go_to_the_other():
    posts = sample_of([a_post(at, negative=at < 5) for at in range(1000)]).posts()

    assert len(posts) == POSTS_K
    assert sum(post.is_negative for post in posts) == 5


def test_a_post_that_was_taken_down_leaves_the_sample():
    sample = sample_of([a_post(1), a_post(2, negative=True)])

    assert sample.drop(["p2", "p3"]) == {"p2"}
    assert not sample.drop(["p2"])
    assert [post.id for post in sample.posts()] == ["p1"]
