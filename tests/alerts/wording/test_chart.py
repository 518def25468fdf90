"""Charts are well-formed, true to the series, and said in words as well."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.wording.chart import detectors_chart, incident_chart, unfinished_note
from alerts.wording.chart_columns import columns
from alerts.wording.chart_marks import Mark
from alerts.wording.chart_scale import round_ticks, time_ticks
from detectors.verdict import Point
from tests.alerts.web import samples

SVG = "{http://www.w3.org/2000/svg}"


def places(svg: str, name: str) -> list[tuple[float, float]]:
    drawn = next(e for e in ET.fromstring(svg).iter() if e.get("class") == name and e.get("points"))
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in (drawn.get("points") or "").split())]


@st.composite
def series(draw):
    spans = draw(st.lists(st.sampled_from([60, 300, 3600, 86400]), min_size=2, max_size=400))
    at = draw(st.integers(0, 2**32))
    points = []
    for span in spans:
        seen = draw(st.integers(0, 10**7))
        expected = draw(st.floats(0, 1e6))
        points.append(Point(at, span, seen, draw(st.integers(0, seen)), expected, expected * 2))
        at += span
    return points


@given(series(), st.integers(0, 2**32))
def test_whatever_the_series_is_the_picture_is_well_formed_and_stays_inside(points, fired_at):
    svg = incident_chart(points, fired_at=fired_at)

    root = ET.fromstring(svg)
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    for numbers in re.findall(r'points="([^"]+)"', svg):
        for pair in numbers.split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= 360
            assert 0 <= y <= 180


def test_the_loudest_point_is_the_highest():
    points = samples.chart()
    loudest = max(range(len(points)), key=lambda i: points[i].seen)

    drawn = places(incident_chart(points, fired_at=samples.RANG), "seen")

    assert min(range(len(drawn)), key=lambda i: drawn[i][1]) == loudest


def test_a_picture_is_told_in_words():
    points = samples.chart()
    peak = max(points, key=lambda point: point.seen)

    description = ET.fromstring(incident_chart(points, fired_at=samples.RANG)).findtext(f"{SVG}desc") or ""

    assert f"At most {peak.seen} mentions, {peak.negatives} of them negative" in description
    assert "It rang at 14:11 UTC." in description


TEN_MIN = [Point(600 * i, 600, 40 + i, 30, 5.0, 9.0) for i in range(12)]


def described(svg: str) -> str:
    return ET.fromstring(svg).findtext(f"{SVG}desc") or ""


def test_what_is_not_over_is_drawn_dashed_and_at_its_pace_so_that_it_is_no_fall():
    svg = incident_chart([*TEN_MIN, Point(7200, 240, 20, 16, 2.0, 3.6)], fired_at=600)

    (before, pace) = places(svg, "seen open")
    assert len(places(svg, "seen")) == 12
    assert before == places(svg, "seen")[-1]
    assert abs(pace[1] - before[1]) < 2  # fifty in ten minutes, after 51
    assert len(places(svg, "band")) == 13 + 2
    assert ">so far</text>" in svg
    assert described(svg).endswith(
        "The last whole reading is 51 mentions, 30 of them negative. The 10 minutes from 02:00 UTC are not over: "
        "20 mentions in 4 minutes so far, 16 of them negative, drawn at that pace."
    )


def test_what_has_hardly_begun_is_said_and_not_drawn():
    svg = incident_chart([*TEN_MIN, Point(7200, 60, 9, 9, 0.5, 0.9)], fired_at=600)

    assert "seen open" not in svg
    assert ">latest</text>" in svg
    assert "9 mentions in 1 minute so far, 9 of them negative, too short a time to be drawn." in described(svg)


def test_the_pace_of_what_is_not_over_is_never_called_the_most():
    svg = incident_chart([*TEN_MIN, Point(7200, 150, 90, 80, 1.2, 2.2)], fired_at=600)

    assert "At most 51 mentions, 30 of them negative" in described(svg)
    assert all(0 <= y <= 180 for _, y in places(svg, "seen open"))


def test_a_chart_whose_last_reading_is_whole_says_nothing_of_it():
    svg = incident_chart(TEN_MIN, fired_at=600)

    assert "not over" not in described(svg)
    assert unfinished_note(TEN_MIN) == unfinished_note(TEN_MIN[:1]) == unfinished_note([]) == ""
    assert "The last reading is 51 mentions" in described(svg)


def test_by_the_hour_what_is_not_over_is_told_in_what_was_counted():
    svg = incident_chart([*TEN_MIN, Point(7200, 300, 1, 0, 2.5, 4.5)], fired_at=600, per_s=3600)

    assert "The 10 minutes from 02:00 UTC are not over: 1 mention in 5 minutes so far" in described(svg)
    assert "The hour from 02:00 UTC is not over" in unfinished_note(
        [*(Point(3600 * i, 3600, 9, 1, 5.0, 9.0) for i in range(2)), Point(7200, 1800, 3, 1, 2.5, 4.5)]
    )


def test_one_point_is_no_chart():
    assert incident_chart(samples.chart()[:1], fired_at=samples.RANG) == ""


def test_a_page_that_has_the_style_gets_it_no_second_time():
    assert "<style>" in incident_chart(samples.chart(), fired_at=0)
    assert "<style>" not in incident_chart(samples.chart(), fired_at=0, styled=False)


def test_a_year_of_minutes_keeps_its_one_loud_minute():
    points = [Point(60 * i, 60, 5, 1, 5.0, 9.0) for i in range(525_600 // 10)]
    points[31_337] = Point(60 * 31_337, 60, 900, 850, 5.0, 9.0)

    svg = detectors_chart("A year", points, [0.2] * len(points))

    highest = min(y for _, y in places(svg, "seen fine"))
    assert highest < 120
    assert len(svg) < 100_000


def test_titles_and_labels_are_escaped():
    points = samples.chart()

    svg = detectors_chart('<script>"&', points, [0.2] * len(points), [Mark(at=samples.RANG, label="<b>")])

    assert ET.fromstring(svg).findtext(f"{SVG}title") == '<script>"&'
    assert "<script>" not in svg
    assert "<b>" not in svg


def test_labels_of_alarms_close_together_do_not_lie_on_each_other():
    points = samples.chart()
    close = [Mark(at=samples.BEGAN + 60 * i, label=f"alarm {i}") for i in range(30)]

    svg = detectors_chart("Many", points, [0.2] * len(points), close)

    assert len(re.findall(r'class="mark"', svg)) == 2 * 30 + 1  # in either panel, and one in the key
    assert 0 < len(re.findall("alarm", svg)) < 30


def test_both_detectors_stand_above_each_other_with_the_same_alarms():
    points = samples.chart()

    svg = detectors_chart("Both", points, [0.2] * len(points), [Mark(at=samples.RANG)])

    rules = [e for e in ET.fromstring(svg).iter() if e.get("class") == "ring"]
    assert len(rules) == 2
    assert rules[0].get("x1") == rules[1].get("x1")
    assert float(rules[0].get("y2") or 0) < float(rules[1].get("y1") or 0)


def test_points_of_different_lengths_are_told_on_one_scale():
    hour = Point(0, 3600, 600, 60, 60.0, 120.0)
    minutes = [Point(3600 + 60 * i, 60, 10, 1, 1.0, 2.0) for i in range(30)]

    cols = columns([hour, *minutes], most=100)

    assert {col.seen for col in cols} == {10.0}
    assert {col.expected for col in cols} == {1.0}


@given(st.floats(0, 1e12), st.integers(2, 6))
def test_ticks_are_few_and_reach_the_top(highest, wanted):
    ticks = round_ticks(highest, wanted)

    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-9)
    assert len(ticks) <= wanted + 2


@pytest.mark.parametrize("span_s", [60, 3600, 86_400, 30 * 86_400, 3 * 365 * 86_400, 40 * 365 * 86_400])
def test_moments_are_few_and_within(span_s):
    start = 1_310_479_083

    ticks = time_ticks(start, start + span_s, 8)

    assert 2 <= len(ticks) <= 10
    assert all(start <= at <= start + span_s for at, _ in ticks)
