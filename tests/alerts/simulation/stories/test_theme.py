"""Texts from a grammar."""

from random import Random

import pytest

from alerts.errors import AlertsError
from alerts.simulation.stories.theme import in_a_persons_style, write


def test_a_slot_without_words_is_named():
    with pytest.raises(AlertsError, match=r"\{anger\}.*'so \{anger\}'"):
        write("so {anger}", {}, Random(1))


def test_words_that_hold_themselves_are_refused():
    with pytest.raises(AlertsError, match="break the circle"):
        write("{a}", {"a": ("{b}",), "b": ("{a}",)}, Random(1))


def test_style_changes_no_more_than_capitals_and_the_last_full_stop():
    for seed in range(50):
        styled = in_a_persons_style("it is late. why is it late.", Random(seed))

        assert styled.lower().rstrip("!.") == "it is late. why is it late"
