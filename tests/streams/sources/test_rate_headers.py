"""What headers say of limits is read in every style."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.rate_headers import LONGEST_S, Limits, read_limits, retry_after_s

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"ratelimit-remaining": "2999", "ratelimit-reset": str(int(NOW) + 300)}, Limits(remaining=2999, reset_s=300)),
        ({"x-ratelimit-remaining": "98.0", "x-ratelimit-reset": "540"}, Limits(remaining=98, reset_s=540)),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": str(int(NOW) + 60)}, Limits(remaining=1, reset_s=60)),
        (
            {"x-ratelimit-remaining": "299", "x-ratelimit-reset": "2023-11-14T22:15:00.123456Z"},
            Limits(remaining=299, reset_s=100.123456),
        ),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1700000900"}, Limits(remaining=0, reset_s=900)),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": "1700000030000"}, Limits(remaining=5, reset_s=30)),
        ({"ratelimit": '"minute";r=50;t=30, "day";r=5;t=3000'}, Limits(remaining=5, reset_s=3000)),
        ({"ratelimit-remaining": "50, 50;w=60", "ratelimit-reset": "10"}, Limits(remaining=50, reset_s=10)),
        ({"x-ratelimit-remaining": "-3", "x-ratelimit-reset": "10"}, Limits(remaining=0, reset_s=10)),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "1600000000"}, Limits(remaining=7, reset_s=0)),
        ({"x-ratelimit-remaining": "7"}, None),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-reset": "10"}, None),
        ({"x-ratelimit-remaining": "nan", "x-ratelimit-reset": "inf"}, None),
        ({}, None),
    ],
)
def test_each_style_of_rate_limit_headers_is_read(headers, expected):
    found = read_limits(headers, NOW)

    assert (found is None) == (expected is None)
    if found is not None:
        assert found.remaining == expected.remaining
        assert found.reset_s == pytest.approx(expected.reset_s)


def test_a_moment_is_measured_by_the_clock_of_who_states_it():
    theirs = NOW - 7200
    headers = {"date": formatdate(theirs, usegmt=True), "retry-after": formatdate(theirs + 90, usegmt=True)}

    assert retry_after_s(headers, NOW) == 90
    assert retry_after_s(headers | {"retry-after": "5"}, NOW) == 5


def test_an_allowance_that_is_used_up_asks_to_wait_where_nothing_else_does():
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "40"}

    assert retry_after_s(used_up, NOW) == 40
    assert retry_after_s(used_up | {"x-ratelimit-remaining": "3"}, NOW) == 0
    assert retry_after_s(used_up | {"retry-after": "7"}, NOW) == 7


NAMES = ["retry-after", "date", "ratelimit"] + [
    f"{style}-{what}" for style in ("ratelimit", "x-ratelimit") for what in ("remaining", "reset")
]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_whatever_headers_say_the_wait_is_bounded(headers):
    assert 0 <= retry_after_s(headers, NOW) <= LONGEST_S


@pytest.mark.parametrize("stated", ["-5", "1e308", "inf", "99999999999999999999", "²", "Tue, 99 Foo 2023", "0x10"])
def test_a_retry_after_that_makes_no_sense_is_bounded(stated):
    assert 0 <= retry_after_s({"retry-after": stated}, NOW) <= LONGEST_S
