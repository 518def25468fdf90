"""The scorer of an earlier release, as stories simulate it."""

import numpy as np
import pytest

from alerts.simulation.benchmark.stories import until_the_upgrade
from alerts.simulation.stories.catalogue import story_named
from alerts.simulation.stories.earlier_scorer import EARLIER, EarlierScorer, known_with
from alerts.simulation.stories.story import Upgrade
from alerts.simulation.stories.synthetic_mentions import mentions
from detectors.bench.negativity import synthetic_texts
from detectors.negativity.model import load_scorer
from detectors.negativity.rates import SHIPPED, change
from detectors.post import NEGATIVE

TEXTS = [f"{text} {number}" for number, text in enumerate(synthetic_texts(3_000))]


def share(scores: np.ndarray) -> float:
    return float((scores >= NEGATIVE).mean())


@pytest.mark.parametrize("upgrade", [Upgrade(at_h=1, less=0.4), Upgrade(at_h=1, more=0.15)])
def test_its_difference_from_todays_is_the_known_one_and_a_text_has_always_the_same_score(upgrade):
    today = load_scorer()
    earlier = EarlierScorer(today, upgrade)
    scores = earlier.score(TEXTS)
    now = share(today.score(TEXTS))

    moved = change(EARLIER, SHIPPED, {"en": 1.0}, known_with(upgrade))

    assert moved is not None
    assert abs(share(scores) - now) > 0.05
    assert moved.of(share(scores)) == pytest.approx(now, abs=0.03)
    assert np.array_equal(earlier.score(TEXTS[::-1])[::-1], scores)


def test_a_story_is_parted_at_its_upgrade_and_one_without_is_not():
    story = story_named("new-scorer-finds-more")
    assert story.upgrade is not None
    at_s = story.start_s + 3_600 * story.upgrade.at_h

    replayed = mentions(story)
    before = list(until_the_upgrade(story, replayed))
    after = list(replayed)

    assert before[-2].published_s < at_s <= before[-1].published_s
    assert after
    first_hour = story_named("first-hour")
    replayed = mentions(first_hour)
    assert len(list(until_the_upgrade(first_hour, replayed))) == sum(1 for _ in mentions(first_hour))
