"""Why it is as bad as it is, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.wording.severity import why_so_bad
from detectors.verdict import SEVERITIES, Size

COUNTS = st.floats(0, 1e9)


@pytest.mark.parametrize(
    ("negatives", "expected", "said"),
    [
        (10_800, 0.2, "10,800 negative authors where hardly any is ordinary"),
        (10_800, 1.0, "10,800 negative authors where about 1 is ordinary, more than 1,000 times"),
        (12, 2.0, "12 negative authors where about 2 are ordinary, 6 times"),
        (12, 5.0, "12 negative authors where about 5 are ordinary"),
        (1, 0.0, "1 negative author where none is ordinary"),
    ],
)
def test_no_ratio_is_told_that_means_nothing(negatives, expected, said):
    assert why_so_bad("crisis", Size(negatives=negatives, expected_negatives=expected)) == said


def test_that_it_accelerates_is_said():
    size = Size(negatives=480, expected_negatives=4.0, accelerating=True)

    assert why_so_bad("crisis", size).endswith("120 times, still accelerating")


def test_praise_and_silence_are_not_graded_by_their_size():
    assert why_so_bad("opportunity", Size(negatives=0, expected_negatives=0)) == "praise wakes nobody"
    assert "silent" in why_so_bad("source_silent", None)


@given(st.builds(Size, negatives=COUNTS, expected_negatives=COUNTS, hours=st.floats(0, 1)))
def test_it_names_no_level(size):
    assert not any(name in why_so_bad("crisis", size) for name in SEVERITIES)
