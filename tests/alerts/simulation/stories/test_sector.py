"""The stories of five airlines: each names the others, and each text is found by whom it is about."""

from itertools import islice

import pytest
from msgspec.structs import replace

from alerts.simulation.stories.sector import FIVE, sector
from alerts.simulation.stories.synthetic_mentions import mentions
from streams.queries.matching import Matcher

STORIES = {story.id: story for story in sector()}


def test_each_names_the_other_four():
    for brand in FIVE:
        assert sorted([*brand.peers, brand.id]) == sorted(each.id for each in FIVE)


@pytest.mark.parametrize("name", STORIES)
def test_what_must_ring_lies_within_the_story(name):
    story = STORIES[name]

    for truth in story.truth:
        assert truth.began_at is not None
        assert truth.by is not None
        assert story.start_s < truth.began_at < truth.by < story.end_s


def test_each_post_of_the_list_names_all_five():
    matcher = Matcher([brand.watched for brand in FIVE])
    story = STORIES["named-in-a-list"]
    the_list = replace(story, strands=story.strands[-1:])

    found = matcher.match(list(islice(mentions(the_list), 50)))

    assert [len(brands) for brands in found] == [5] * 50
