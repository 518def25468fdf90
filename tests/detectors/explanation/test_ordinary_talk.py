"""What a brand remembers of its own ordinary talk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import DetectorsError
from detectors.explanation.ordinary_talk import HALF_LIFE_POSTS, TERMS_KEPT, OrdinaryTalk, _keys_of
from detectors.post import Post


def post(number: int, content: str, *, author: str = "", source: str = "bluesky") -> Post:
    return Post(id=f"p{number}", published=float(number), content=content, author=author, source=source)


def posts(size: int, content: str, **rest: str) -> list[Post]:
    return [post(number, content, **rest) for number in range(size)]


def test_the_share_of_a_phrase_is_that_of_the_posts_that_held_it():
    talk = OrdinaryTalk()

    talk.learn(posts(30, "visiting hours are long") + posts(10, "the car park is full"))

    assert talk.share("phrase", "car park") == pytest.approx(0.25)
    assert talk.share("phrase", "visiting hours") == pytest.approx(0.75)


def test_hashtags_authors_links_and_sources_are_each_counted_by_themselves():
    talk = OrdinaryTalk()

    talk.learn(posts(4, "#care see https://example.org/care?x=1", author="care", source="rss"))

    for family, term in (("hashtag", "care"), ("author", "care"), ("link", "example.org/care"), ("source", "rss")):
        assert talk.count(family, term) == 4.0  # type: ignore[arg-type]
    assert talk.count("source", "care") == 0.0


def test_the_brands_own_words_take_no_place():
    talk = OrdinaryTalk()

    talk.learn(posts(5, "northside parking"), own=frozenset({"northside"}))

    assert talk.count("phrase", "parking") == 5.0
    assert talk.count("phrase", "northside") == 0.0


def test_what_was_said_one_half_life_ago_counts_half():
    talk = OrdinaryTalk()
    talk.learn(posts(100, "strike ballot"))

    talk.learn(posts(HALF_LIFE_POSTS, "quiet"))

    assert talk.count("phrase", "strike ballot") == pytest.approx(50.0, rel=1e-5)


def test_a_phrase_of_one_post_in_twelve_keeps_its_place_among_thousands_that_never_return():
    talk = OrdinaryTalk()

    for bin_ in range(200):
        rare = [post(n, f"alpha{bin_}x{n} beta{bin_}x{n} gamma{bin_}x{n}") for n in range(11)]
        talk.learn([*rare, post(99, "waiting list")])

    assert 0.06 < talk.share("phrase", "waiting list") < 0.11


def test_a_term_without_a_place_counts_as_the_rarest_that_has_one():
    talk = OrdinaryTalk()
    talk.learn(posts(5, " . ".join(f"word{n}" for n in range(70))))
    for bin_ in range(20):
        talk.learn(posts(2, " . ".join(f"more{bin_}x{n}" for n in range(70))))

    assert 0.0 < talk.count("phrase", "never said") <= 2.0
    assert talk.share("phrase", "never said") == 0.0


@given(st.lists(st.lists(st.text(max_size=60), max_size=4), max_size=8))
def test_the_state_is_bounded_and_survives_storing(bins):
    talk = OrdinaryTalk()
    again = OrdinaryTalk()

    for contents in bins:
        sample = [post(number, content, author=content[:5]) for number, content in enumerate(contents)]
        talk.learn(sample)
        again = OrdinaryTalk.from_bytes(again.to_bytes())
        again.learn(sample)

    assert talk.to_bytes() == again.to_bytes()
    assert len(talk.to_bytes()) <= 8 * TERMS_KEPT + 64


def test_a_full_state_stays_below_five_kilobytes():
    talk = OrdinaryTalk()

    for bin_ in range(30):
        talk.learn([post(n, f"one{n} two{bin_} three{n}x{bin_} four five six seven eight nine") for n in range(40)])

    assert len(talk.to_bytes()) <= 5_000


@pytest.mark.parametrize("data", [b"", b"\x93\x01\xc4\x04aaaa\xc4\x00", b"nonsense"])
def test_a_broken_state_is_refused_with_what_to_do(data):
    with pytest.raises(DetectorsError, match="learned anew"):
        OrdinaryTalk.from_bytes(data)


def learned_one_by_one(batches: list[list[Post]]) -> dict[int, float]:
    """Return what is kept of each term, by the definition: faded, counted and cut, term by term."""
    counts: dict[int, float] = {}
    for posts in batches:
        fade = np.float32(0.5 ** (len(posts) / HALF_LIFE_POSTS))
        counts = {key: float(np.float32(count) * fade) for key, count in counts.items()}
        for post in posts:
            for key in _keys_of(post, frozenset()):
                counts[key] = counts.get(key, 0.0) + 1.0
        kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TERMS_KEPT]
        counts = {key: float(np.float32(count)) for key, count in kept}
    return counts


WORDS = st.lists(st.sampled_from([f"w{number}" for number in range(60)]), min_size=1, max_size=12).map(" ".join)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=25))
def test_what_is_kept_is_each_term_counted_faded_and_the_commonest(texts):
    batches = [[Post(id=str(n), published=0, content=text) for n, text in enumerate(said)] for said in texts]
    talk = OrdinaryTalk()
    for posts in batches:
        talk.learn(posts)

    assert dict(zip(talk._keys.tolist(), talk._counts.tolist(), strict=True)) == learned_one_by_one(batches)
