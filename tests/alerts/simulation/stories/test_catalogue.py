"""All stories: each is labelled, found by its brands' queries, and scored as it was written."""

from collections import Counter

import msgspec
import pytest

from alerts.errors import AlertsError
from alerts.simulation.stories.catalogue import stories, story_named
from alerts.simulation.stories.story import Story
from alerts.simulation.stories.synthetic_mentions import mentions, timeline
from detectors.negativity.model import load_scorer
from detectors.post import NEGATIVE
from streams.queries.matching import Matcher
from streams.watch.source_watch import SELF_BRAND

STORIES = stories()
each_story = pytest.mark.parametrize("story", STORIES, ids=[story.id for story in STORIES])


def an_hour_of(story: Story) -> Story:
    """Return the same talk, every strand at two a minute for an hour, so that all of it is heard and quickly."""
    strands = tuple(
        msgspec.structs.replace(
            strand, per_minute=2.0, points=(), shape="flat", dispersion=float("inf"), held_until_h=None
        )
        for strand in story.strands
    )
    return msgspec.structs.replace(story, strands=strands, hours=1.0)


def test_there_are_at_least_thirty_and_their_names_are_unique():
    names = [story.id for story in STORIES]

    assert len(names) >= 30
    assert len(set(names)) == len(names)


def test_both_what_must_ring_and_what_must_not_are_well_covered():
    kinds = Counter(truth.must for story in STORIES for truth in story.truth)

    assert kinds["crisis"] >= 15
    assert kinds["slow_burn"] >= 3
    assert kinds["source_silent"] >= 1
    assert kinds[None] >= 15


@each_story
def test_the_truth_lies_within_the_story(story):
    brands = {brand.id for brand in story.brands}
    assert {truth.brand for truth in story.truth} - {SELF_BRAND.id} == brands
    for truth in story.truth:
        if truth.must is None:
            assert truth.by is None
        else:
            assert truth.began_at is not None
            assert truth.by is not None
            assert story.start_s <= truth.began_at < truth.by <= story.end_s


@each_story
def test_what_must_ring_does_so_before_most_of_it_is_said(story):
    for truth in story.truth:
        if truth.must in {"crisis", "slow_burn"}:
            rates = timeline(story, truth.brand)

            assert rates is not None
            assert truth.began_at is not None
            assert rates.ninety_percent_at > truth.began_at


@each_story
def test_every_text_is_found_by_the_query_of_its_brand(story):
    told = list(mentions(an_hour_of(story)))
    brands = [brand.id for brand in story.brands]

    found = Matcher([brand.watched for brand in story.brands]).match(told)

    for mention, matched in zip(told, found, strict=True):
        strand = story.strands[int(mention.id.rsplit("/", 1)[1].split("-")[0])]
        assert {strand.brand, *strand.beside} <= {brands[index] for index in matched}, mention.content


@each_story
def test_every_mention_says_that_it_is_simulated(story):
    for mention in mentions(an_hour_of(story)):
        assert mention.id.startswith("simulated:")
        assert mention.source.startswith("simulated-")


@each_story
def test_the_same_seed_tells_the_same_story(story):
    short = an_hour_of(story)

    assert list(mentions(short, 3)) == list(mentions(short, 3))


@pytest.mark.parametrize(
    "name", ["car-park-charges", "before-dawn", "angry-brand", "praise-that-turns", "hospital-ransomware-2017"]
)
def test_an_outbreak_of_anger_is_scored_negative(name):
    story = an_hour_of(story_named(name))
    angry = [number for number, strand in enumerate(story.strands) if strand.outbreak]
    texts = [m.content for m in mentions(story) if int(m.id.rsplit("/", 1)[1].split("-")[0]) in angry]

    assert (load_scorer().score_all(texts) >= NEGATIVE).mean() > 0.75


@pytest.mark.parametrize("name", ["praise-storm", "award-night", "meme", "merger", "football-match"])
def test_what_is_loud_and_harmless_is_scored_so(name):
    texts = [m.content for m in mentions(an_hour_of(story_named(name))) if "/1-" in m.id]

    assert (load_scorer().score_all(texts) >= NEGATIVE).mean() < 0.25


@pytest.mark.parametrize(
    ("name", "day", "published"),
    [
        ("airline-2017-passenger", 1, 1_520_000),
        ("airline-2017-passenger", 2, 1_390_000),
        ("soft-drink-2017", 0.75, 427_000),
        ("soft-drink-2017", 1.75, 1_250_000),
        ("hospital-ransomware-2017", 0.5, 28_350),
        ("security-vendor-2024", 20 / 24, 1_340_000),
    ],
)
def test_a_published_day_has_its_published_number_of_mentions(name, day, published):
    story = story_named(name)
    began = next(truth.began_at for truth in story.truth if truth.began_at is not None)
    first = began + 86_400 * max(0.0, day - 1.0)

    said = sum(first <= m.published_s < began + 86_400 * day for m in mentions(story))

    assert said / story.scale == pytest.approx(published, rel=0.1)


def test_an_unknown_story_is_answered_with_those_there_are():
    with pytest.raises(AlertsError, match="film-rental-2011"):
        story_named("nothing-of-the-kind")
