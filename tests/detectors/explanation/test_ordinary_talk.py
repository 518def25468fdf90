"""What a brand remembers of its own ordinary talk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorsError
from detectors.explanation.ordinary_talk import HALF_LIFE_POSTS, TERMS_KEPT, OrdinaryTalk
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
