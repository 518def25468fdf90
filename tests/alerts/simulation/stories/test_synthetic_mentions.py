"""A story told."""

from datetime import UTC, datetime
from itertools import islice, pairwise

import msgspec
import pytest

from alerts.simulation.stories.story import Story, StoryBrand, Strand, Truth
from alerts.simulation.stories.synthetic_mentions import arrivals, mentions, timeline
from alerts.simulation.stories.texts.everyday import ordinary
from alerts.simulation.stories.texts.sectors import CAMERA, RAIL, RENTAL
from streams.mention import decode_mention, encode_mention

SHOP = StoryBrand(id="shop", name="Shop", query="shop", calls=("Shop", "the shop"))
RIVAL = StoryBrand(id="rival", name="Rival", query="rival", calls=("Rival",))
HOUR = 3_600.0


def strand(**changes: object) -> Strand:
    plain = Strand(brand="shop", themes=ordinary(RENTAL), per_minute=2.0, shape="flat")
    return msgspec.structs.replace(plain, **changes)


def told(*strands: Strand, hours: float = 12.0) -> Story:
    return Story(
        id="test",
        title="A test",
        source="made up",
        start=datetime(2024, 3, 4, tzinfo=UTC),
        hours=hours,
        brands=(SHOP, RIVAL),
        strands=strands,
        truth=(Truth(brand="shop"),),
    )


def test_the_same_seed_tells_the_same_bytes():
    story = told(strand(), strand(themes=ordinary(RAIL), reposts=0.3))

    assert [encode_mention(m) for m in mentions(story, 7)] == [encode_mention(m) for m in mentions(story, 7)]


def test_another_seed_tells_another_course():
    story = told(strand())

    assert [m.published for m in mentions(story, 1)] != [m.published for m in mentions(story, 2)]


def test_mentions_come_in_the_order_of_event_time():
    story = told(strand(), strand(themes=ordinary(CAMERA), shape="evening"))

    assert all(a.published <= b.published for a, b in pairwise(mentions(story)))


def test_a_story_is_told_as_it_is_read():
    endless = told(strand(per_minute=500.0), hours=24.0 * 7)

    assert len(list(islice(mentions(endless), 10))) == 10


def test_every_mention_is_within_the_story_and_readable_by_the_product():
    story = told(strand(reposts=0.2))

    for mention in mentions(story):
        assert story.start_s <= mention.published_s < story.end_s
        assert decode_mention(encode_mention(mention)) == mention


def test_every_mention_says_that_it_is_simulated():
    for mention in mentions(told(strand())):
        assert mention.id.startswith("simulated:")
        assert mention.source.startswith("simulated-")
        assert mention.author is not None
        assert mention.author.name.startswith("Simulated ")
        assert mention.url.startswith("https://simulated.invalid/")


def test_identities_are_unique():
    ids = [m.id for m in mentions(told(strand(), strand()))]

    assert len(ids) == len(set(ids))


def test_as_many_are_told_as_the_rates_say():
    count = sum(1 for _ in mentions(told(strand(per_minute=5.0, dispersion=50.0), hours=48.0)))

    assert count == pytest.approx(5.0 * 60 * 48, rel=0.1)


def test_a_week_of_shaped_talk_has_the_mean_that_was_asked_for():
    for shape in ("evening", "office"):
        story = told(strand(shape=shape, outbreak=True), hours=24.0 * 7)

        rates = timeline(story, "shop")

        assert rates is not None
        assert rates.total == pytest.approx(2.0 * 60 * 24 * 7, rel=0.06)


def test_minutes_are_more_uneven_than_chance():
    minutes = [0] * (48 * 60)
    story = told(strand(per_minute=20.0, dispersion=4.0), hours=48.0)
    for mention in mentions(story):
        minutes[int((mention.published_s - story.start_s) // 60)] += 1

    mean = sum(minutes) / len(minutes)
    fano = sum((count - mean) ** 2 for count in minutes) / len(minutes) / mean

    assert 3.0 < fano < 12.0


def test_a_strand_follows_its_points():
    rising = strand(points=((0, 0), (6, 0), (6.01, 10), (12, 10)))

    early = [m for m in mentions(told(rising)) if m.published.hour < 6]

    assert early == []


def test_what_is_held_back_arrives_all_at_once_with_its_own_times():
    story = told(strand(points=((0, 1), (3, 1), (3.01, 0)), held_until_h=5.0), strand(brand="rival"))

    came = list(arrivals(story))

    held = [(at, m) for at, m in came if "/0-" in m.id]
    assert {at for at, _ in held} == {story.start_s + 5 * HOUR}
    assert all(m.published_s < story.start_s + 3.1 * HOUR for _, m in held)
    assert [at for at, _ in came] == sorted(at for at, _ in came)


def test_a_co_mention_names_both_brands():
    for mention in mentions(told(strand(beside=("rival",)))):
        assert "shop" in mention.content.casefold()
        assert "rival" in mention.content.casefold()


def test_a_bot_net_repeats_one_text_with_other_links():
    texts = {
        m.content.split(" https://simulated.invalid/")[0] for m in mentions(told(strand(copies=True, authors=200)))
    }

    assert len(texts) == 1


def test_a_repost_repeats_an_earlier_text_and_says_whose():
    known: dict[str, str] = {}
    reposts = 0
    for mention in mentions(told(strand(reposts=0.3))):
        known[mention.id] = mention.content
        if mention.repost_of:
            reposts += 1
            assert known[mention.repost_of] == mention.content

    assert reposts > 100


def test_the_peak_and_the_ninetieth_per_cent_are_reckoned_from_the_outbreak_alone():
    outbreak = strand(points=((0, 0), (4, 0), (4.01, 10), (5, 10), (5.01, 1), (10, 1), (10.01, 0)), outbreak=True)
    story = told(strand(), outbreak)

    rates = timeline(story, "shop")

    assert rates is not None
    assert rates.peak_hour == pytest.approx(story.start_s + 4 * HOUR, abs=120)
    assert story.start_s + 5 * HOUR < rates.ninety_percent_at < story.start_s + 10 * HOUR
    assert timeline(story, "rival") is None
