"""Why it rang."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.explanation.concentration import Tally
from detectors.explanation.explanation import accelerating, explain
from detectors.explanation.ordinary_talk import OrdinaryTalk
from detectors.post import Post
from detectors.verdict import Evidence

ORDINARY = (
    "waiting two hours in clinic", "thank you to the ward staff", "visiting hours question",
    "the canteen soup was fine", "my clinic letter came", "parking again full", "nice midwives",
    "lost my scarf on the ward",
)  # fmt: skip
ANGRY = (
    "car park charges are a disgrace", "doubling the car park charges is shameful", "who voted for car park charges",
    "car park charges for cancer patients? disgusting", "ashamed of these car park charges",
    "they charge nurses to park", "parking fees for the dying", "a tax on the sick",
)  # fmt: skip


def post(number: int, content: str, **rest: object) -> Post:
    defaults = {"author": f"a{number}", "negativity": 0.9, "published": float(number)}
    return Post(id=f"p{number}", content=content, **{**defaults, **rest})  # type: ignore[arg-type]


def tally(counted: float = 60.0, expected: float = 2.0, needed: float = 8.0, **rest: int) -> Tally:
    counts = {"mentions": 80, "authors": 70, "texts": 60, **rest}
    return Tally(counted=counted, expected=expected, needed=needed, **counts)


@pytest.fixture
def talk() -> OrdinaryTalk:
    learned = OrdinaryTalk()
    learned.learn([post(n, ORDINARY[n % len(ORDINARY)], negativity=0.2, source="bluesky") for n in range(240)])
    return learned


@pytest.fixture
def outbreak() -> list[Post]:
    return [post(n, ANGRY[n % len(ANGRY)], source="bluesky") for n in range(80)]


def texts(evidence: Evidence, family: str) -> list[str]:
    return [term.text for term in getattr(evidence, family)]


def test_the_phrase_that_people_repeat_leads(talk, outbreak):
    evidence = explain(outbreak, talk, tally=tally())

    assert texts(evidence, "phrases")[0] == "car park charges"
    assert evidence.phrases[0].share == pytest.approx(5 / 8)


def test_part_of_a_reported_phrase_is_not_reported_again(talk, outbreak):
    reported = texts(explain(outbreak, talk, tally=tally()), "phrases")

    assert not {"car", "park", "car park", "park charges", "charges"} & set(reported)


def test_what_is_said_as_often_on_a_quiet_day_explains_nothing(talk):
    both = [post(n, f"parking again full {ANGRY[n % 4]}" if n % 8 == 0 else ANGRY[n % 4]) for n in range(80)]

    assert "parking again full" not in texts(explain(both, talk, tally=tally()), "phrases")


def test_a_word_of_the_brands_query_is_not_reported(talk, outbreak):
    named = [post(n, f"northside {posted.content}") for n, posted in enumerate(outbreak)]

    evidence = explain(named, talk, tally=tally(), own=frozenset({"northside"}))

    assert not any("northside" in phrase for phrase in texts(evidence, "phrases"))


def test_a_new_hashtag_link_and_source_are_reported(talk):
    seen = [post(n, f"{ANGRY[n % 8]} #shame https://paper.org/story", source="mastodon") for n in range(40)]

    evidence = explain(seen, talk, tally=tally())

    assert texts(evidence, "hashtags") == ["shame"]
    assert texts(evidence, "links") == ["paper.org/story"]
    assert texts(evidence, "sources") == ["mastodon"]


def test_what_one_person_says_often_is_not_what_people_say(talk):
    posts = [post(n, ANGRY[n % 8]) for n in range(20)]
    troll = [post(100 + n, "sack the chairman", author="troll") for n in range(40)]

    assert "sack the chairman" not in texts(explain(posts + troll, talk, tally=tally()), "phrases")


def test_a_newborn_brand_is_explained_too(outbreak):
    assert texts(explain(outbreak, OrdinaryTalk(), tally=tally()), "phrases")[0] == "car park charges"


def test_an_author_who_posts_400_times_is_named_and_is_found_to_carry_the_outbreak(talk):
    few = [post(n, ANGRY[n % 8]) for n in range(6)]
    troll = [post(100 + n, f"shame number {n}", author="https://x/troll", author_name="Troll") for n in range(74)]

    found = explain(few + troll, talk, tally=tally(counted=9.0, expected=1.0, bins=4)).concentration

    assert found.loudest_author == "Troll"
    assert found.loudest_author_share == pytest.approx(74 / 80)
    assert not found.rings_without_loudest_author


def test_many_authors_with_one_text_would_not_ring_without_it(talk):
    bots = [post(n, f"Boycott this hospital today! https://x.org/{n}") for n in range(75)]
    people = [post(100 + n, ANGRY[n]) for n in range(5)]

    found = explain(bots + people, talk, tally=tally()).concentration

    assert found.repeated_text.startswith("Boycott this hospital today!")
    assert found.repeated_text_share == pytest.approx(75 / 80)
    assert not found.rings_without_repeated_text
    assert found.rings_without_loudest_author


def test_a_source_takes_its_ordinary_voices_with_it(talk):
    posts = [post(n, ANGRY[n % 8], source="bluesky" if n % 2 else "mastodon") for n in range(40)]

    found = explain(posts, talk, tally=tally(counted=40.0, expected=20.0, needed=18.0)).concentration

    assert found.loudest_source_share == pytest.approx(0.5)
    assert found.rings_without_loudest_source == (found.loudest_source == "bluesky")


def test_an_outbreak_that_has_faded_hangs_on_nobody(talk, outbreak):
    found = explain(outbreak, talk, tally=tally(counted=6.0, expected=2.0)).concentration

    assert found.rings_without_loudest_author
    assert found.rings_without_loudest_source
    assert found.rings_without_repeated_text


def test_three_negative_posts_of_different_people_and_texts_stand_for_the_rest(talk, outbreak):
    praise = [post(200 + n, "lovely staff", negativity=0.1) for n in range(10)]

    shown = explain(outbreak + praise, talk, tally=tally()).posts

    assert len(shown) == len({p.author for p in shown}) == len({p.content for p in shown}) == 3
    assert all(p.is_negative for p in shown)
    assert "car park charges" in shown[0].content


def test_an_opportunity_is_shown_by_praise(talk):
    posts = [post(n, f"bravo {n % 5}", negativity=0.1) for n in range(20)] + [post(90, "shame", negativity=0.9)]

    assert not any(p.is_negative for p in explain(posts, talk, tally=tally(), kind="opportunity").posts)


def test_who_reaches_most_people_is_named_with_their_share(talk, outbreak):
    seen = [*outbreak, post(300, "not good", author="mp", author_name="An MP", followers=90_000)]
    seen.append(post(301, "oh dear", author="paper", followers=10_000))

    amplifiers = explain(seen, talk, tally=tally()).amplifiers

    assert [(term.text, term.share) for term in amplifiers] == [("An MP", 0.9), ("paper", 0.1)]


def test_names_say_on_which_posts_they_hang_and_links_where_those_are_few(talk, outbreak):
    loud = [post(300 + n, f"see https://blog.example/a {n}", author=f"mp{n % 2}", followers=90_000) for n in range(4)]
    often = [post(400 + n, f"again {n}", author="paper", followers=50_000) for n in range(9)]

    found = explain([*outbreak, *loud, *often], talk, tally=tally())

    assert {term.text: len(term.posts) for term in found.amplifiers} == {"mp0": 2, "mp1": 2, "paper": 9}
    linking = [post(500 + n, f"see https://blog.example/a {n}", author=f"b{n}") for n in range(4)]
    assert [len(term.posts) for term in explain(linking, talk, tally=tally()).links] == [4]


def test_the_share_in_a_language_that_is_not_scored_is_said(talk):
    posts = [post(n, "texto", negativity=None if n % 4 else 0.6) for n in range(8)]

    assert explain(posts, talk, tally=tally()).unscored_share == pytest.approx(0.75)


def test_the_order_of_the_posts_does_not_matter(talk, outbreak):
    assert explain(outbreak, talk, tally=tally()) == explain(outbreak[::-1], talk, tally=tally())


def test_no_posts_give_an_evidence_without_terms(talk):
    evidence = explain([], talk, tally=tally())

    assert (evidence.phrases, evidence.posts, evidence.unscored_share) == ((), (), 0.0)
    assert evidence.concentration.authors == 70


@pytest.mark.parametrize(
    ("recent", "answer"),
    [
        ([1, 1, 2, 4, 12, 30], True),
        ([30, 30, 30, 30, 30, 30], False),
        ([2, 2, 60, 60, 90, 90], False),
        ([90, 60, 30], False),
        ([3, 9], None),
        ([], None),
    ],
)
def test_a_rise_that_grows_is_told_from_one_that_fades(recent, answer):
    assert accelerating(recent) is answer


POSTS = st.lists(
    st.builds(
        Post,
        id=st.uuids().map(str),
        published=st.floats(0, 2e9),
        content=st.text(max_size=80),
        source=st.sampled_from(["", "rss"]),
        author=st.text(max_size=3),
        followers=st.integers(0, 10**9),
        tags=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        negativity=st.none() | st.floats(0, 1),
    ),
    max_size=12,
)


@given(POSTS, POSTS, st.floats(0, 1e6), st.floats(0, 1e6))
def test_any_posts_are_explained_with_shares_between_nought_and_one(posts, ordinary, counted, expected):
    learned = OrdinaryTalk()
    learned.learn(ordinary)

    evidence = explain(posts, learned, tally=tally(counted=counted, expected=expected))

    terms = (*evidence.phrases, *evidence.hashtags, *evidence.authors, *evidence.links, *evidence.sources)
    assert all(0.0 < term.share <= 1.0 and 0.0 <= term.ordinary_share <= 1.0 for term in terms)
    assert len(evidence.posts) <= 3
