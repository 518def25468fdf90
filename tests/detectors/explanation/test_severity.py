"""How bad it is, against the published crises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.explanation.severity import severity
from detectors.verdict import SEVERITIES, Size

COUNTS = st.floats(0, 1e9)
SIZES = st.builds(
    Size, negatives=COUNTS, expected_negatives=COUNTS, hours=st.floats(0, 1), accelerating=st.none() | st.booleans()
)


# The loudest hour is taken as three times the day's mean hour, as the film rental's first one was.
@pytest.mark.parametrize(
    ("crisis", "ordinary_a_day", "peak_a_day", "ordinary_negative", "peak_negative"),
    [
        ("film rental 2011", 1_440, 28_000, 0.2, 0.99),
        ("airline 2017", 15_000, 1_520_000, 0.4, 0.69),
        ("soft drink 2017, first day", 5_800, 427_000, 0.23, 0.53),
        ("soft drink 2017, second day", 5_800, 1_250_000, 0.23, 0.586),
        ("hospital service 2017", 108, 28_350, 0.3, 0.6),
        ("security vendor 2024", 11_000, 1_340_000, 0.15, 0.7),
    ],
)
def test_a_published_crisis_is_critical_at_its_peak(
    crisis, ordinary_a_day, peak_a_day, ordinary_negative, peak_negative
):
    size = Size(
        negatives=3 * peak_a_day / 24 * peak_negative, expected_negatives=ordinary_a_day / 24 * ordinary_negative
    )

    assert severity("crisis", size) == "critical"


def test_the_leggings_of_2017_are_no_more_than_a_warning():
    # 15,000 mentions a day, 69 % negative, and hardly more of them than usual.
    size = Size(negatives=1.4 * 15_000 / 24 * 0.69, expected_negatives=15_000 / 24 * 0.5)

    assert severity("crisis", size) == "warning"


def test_eight_people_are_no_more_than_a_warning_however_quiet_the_brand():
    assert severity("crisis", Size(negatives=8, expected_negatives=0.0)) == "warning"


def test_a_rise_that_accelerates_needs_half_the_excess():
    calm = Size(negatives=30, expected_negatives=1.0, accelerating=False)
    rising = Size(negatives=30, expected_negatives=1.0, accelerating=True)

    assert severity("crisis", calm) == "warning"
    assert severity("crisis", rising) == "error"


@given(SIZES, st.sampled_from(SEVERITIES))
def test_within_an_outbreak_severity_never_falls(size, previous):
    assert SEVERITIES.index(severity("crisis", size, previous=previous)) >= SEVERITIES.index(previous)


@given(SIZES)
def test_what_wakes_someone_is_at_least_a_warning(size):
    assert severity("crisis", size) in {"warning", "error", "critical"}
    assert severity("slow_burn", size) in {"warning", "error", "critical"}


@given(SIZES, st.floats(0, 1e9))
def test_more_negative_authors_are_never_less_severe(size, more):
    larger = Size(
        negatives=size.negatives + more,
        expected_negatives=size.expected_negatives,
        hours=size.hours,
        accelerating=size.accelerating,
    )

    assert SEVERITIES.index(severity("crisis", larger)) >= SEVERITIES.index(severity("crisis", size))


@given(SIZES)
def test_praise_wakes_nobody_and_a_silent_source_is_a_warning(size):
    assert severity("opportunity", size) == "info"
    assert severity("source_silent", size) == "warning"
