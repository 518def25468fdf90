"""What is read when a bin is learned is what would be read of it when it was assessed."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.compiled import compiled
from detectors.decision.bins import Bin
from detectors.decision.budget import HIGHEST
from detectors.decision.decision import decide, highest_gated
from detectors.decision.gates import Bar
from detectors.decision.joint import evidence_of_bin, no_mid_bin_onsets
from detectors.decision.outbreak_detector import OutbreakDetector
from detectors.decision.states import States

COUNTS = st.integers(0, 40).flatmap(lambda authors: st.tuples(st.just(authors), st.integers(0, authors)))


@compiled
def both_ways(arrays: Any, row: Any, floor: float) -> Any:
    states, one = States(*arrays), Bin(*row)
    heard = evidence_of_bin(states.volume[0], states.negativity[0], states.outbreaks, one, 0.0)
    bar = Bar(HIGHEST, 0.0, True, 0.0, floor)
    whole = decide(states.joint[0], states.outbreaks, heard, no_mid_bin_onsets(), bar).gated
    return whole, highest_gated(states.outbreaks, heard, floor)


@settings(max_examples=60, deadline=None)
@given(st.lists(COUNTS, min_size=25, max_size=90), COUNTS, st.sampled_from([1.0, 8.0, 30.0]))
def test_the_short_way_to_the_highest_score_that_meets_the_conditions_is_the_whole_one(stream, counts, floor):
    detector = OutbreakDetector(0.25, int(floor))
    for minute, (authors, negative) in enumerate(stream):
        detector.learn_one({"start": minute * 60, "authors": authors, "negative_authors": negative})
    authors, negative = counts

    whole, short = both_ways(
        tuple(detector.states),
        (len(stream) * 60, 60, 60, float(authors), float(authors), float(negative), 0.0, 0.0, 0.0),
        floor,
    )

    assert short == whole


@pytest.mark.parametrize("negative", [0, 30])
def test_an_outbreak_that_meets_them_is_scored_and_silence_is_not(negative):
    detector = OutbreakDetector()
    for minute in range(600):
        detector.learn_one({"start": minute * 60, "authors": 2, "negative_authors": minute % 5 == 0})

    _, score = both_ways(
        tuple(detector.states), (36_000, 60, 60, float(negative), float(negative), float(negative), 0.0, 0.0, 0.0), 8.0
    )

    assert np.isfinite(score)
    assert (score > 0.0) == (negative > 0)
