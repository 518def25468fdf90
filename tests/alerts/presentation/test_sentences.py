"""What a person reads at four in the morning."""

import json
import re
from html import unescape

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.incident import Incident
from alerts.incidents.sentence import facts_of, with_sentence
from alerts.presentation import sentences, story
from alerts.presentation.public_incident import public_incident
from alerts.receivers.email.message import mail
from alerts.receivers.pagerduty.message import events
from alerts.receivers.slack.message import message
from alerts.web.view import view
from alerts.wording.chart import incident_chart
from alerts.wording.sparkline import sparkline
from detectors.verdict import Counted, Evidence, Point, Term
from tests.alerts.receivers.outbreak import BEGAN, LAPSED, NOTIFIED, OPENED, OVER, TAKEN, WORSE, then, told
from tests.alerts.verdicts import NOW, POLICY, verdict


@pytest.mark.parametrize(
    ("seen", "expected", "said"),
    [
        (412, 10.9, "412 mentions in the minute from 15:02 UTC where about 11 are ordinary"),
        (12, 0.05, "12 mentions in the minute from 15:02 UTC where hardly any is ordinary"),
        (12, 0.97, "12 mentions in the minute from 15:02 UTC where about 1 is ordinary"),
        (1, 0.0, "1 mention in the minute from 15:02 UTC where none is ordinary"),
        (0, 10.2, "0 mentions in the minute from 15:02 UTC where about 10 are ordinary"),
    ],
)
def test_how_much_is_set_against_the_ordinary_of_the_same_bin(seen: int, expected: float, said: str):
    assert sentences.how_much(replace(NOTIFIED, seen=seen, expected=expected)) == said


def test_the_part_of_a_bin_that_had_passed_is_named():
    said = sentences.how_much(replace(NOTIFIED, peak_s=8, seen=12, expected=2.2))

    assert said == "12 mentions in the 8 seconds from 15:02 UTC where about 2 are ordinary"


def test_where_the_length_of_the_bin_is_unknown_none_is_claimed():
    said = sentences.how_much(replace(NOTIFIED, peak_s=0))

    assert said == "412 mentions at the peak where about 11 are ordinary"


@pytest.mark.parametrize(
    ("incident", "said"),
    [
        (NOTIFIED, "Nobody has it yet."),
        (TAKEN, "Sam Okafor has had it since 15:04 UTC; everyone is asked again at 19:04 UTC if it is not over."),
        (LAPSED, "Nobody has it yet."),
        (OVER, "It is over. Nobody needs to act."),
        (then(OVER, "false_alarm", 9100, by="Ada", false_alarm=True), "Ada marked this as not a crisis."),
    ],
)
def test_it_is_said_who_has_it(incident: object, said: str):
    assert sentences.holder(incident) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("incident", "said"),
    [
        (OPENED, "Opened."),
        (WORSE, "It got worse and is critical now: it is now the loudest hour in six months."),
        (
            then(NOTIFIED, "notified", 600, step=1, receivers=("chief", "deputy")),
            "Nobody has taken it, so chief and deputy were notified.",
        ),
        (then(NOTIFIED, "notified", 600, step=1), "Nobody has taken it, so step 2 of the policy default was notified."),
        (LAPSED, "The acknowledgement has expired and it is not over (Sam Okafor had it). Nobody has it now."),
        (
            replace(LAPSED, changes=LAPSED.changes[:-1]),
            "The acknowledgement has expired and it is not over (Sam Okafor had it). Nobody has it now.",
        ),
        (
            then(NOTIFIED, "silenced", 9, by="Ada", until=BEGAN + 3600.0),
            "Ada silenced it until 12 July 2011, 15:58 UTC.",
        ),
        (then(NOTIFIED, "grown", 9), ""),
    ],
)
def test_each_change_is_told_once_as_a_sentence(incident: object, said: str):
    assert story.story(incident) == said  # type: ignore[arg-type]


def test_the_story_tells_each_severity_as_it_was_at_its_moment():
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_verdict(verdict(severity="warning"), NOW)
    northside.take_verdict(verdict(60, severity="error", severity_reason="80 voices"), NOW + 60)
    northside.tick(NOW + 900)
    (incident,) = northside.take_verdict(verdict(960, severity="critical", severity_reason="400 voices"), NOW + 960)

    said = [story.described(change, incident) for change in incident.changes]

    assert said == [
        "Opened as moderate.",
        "Notified slack and pager.",
        "It got worse and is serious now: 80 voices.",
        "Nobody has taken it, so chief was notified.",
        "It got worse and is critical now: 400 voices.",
    ]


def test_a_story_of_the_version_before_claims_no_severity_that_it_did_not_keep():
    raw = msgspec.json.decode(msgspec.json.encode(WORSE))
    for change in raw["changes"]:
        change.pop("severity", None)
    raw.pop("counted", None)
    old = msgspec.convert(raw, type(WORSE))

    assert [story.described(change, old) for change in old.changes] == [
        "Opened.",
        "Notified step 1 of the policy default.",
        "It got worse: it is now the loudest hour in six months.",
    ]
    assert view(old, BEGAN + 100.0).how_bad == "Critical"


@pytest.mark.parametrize(
    ("severity", "said"), [("info", "minor"), ("warning", "moderate"), ("error", "serious"), ("critical", "critical")]
)
def test_no_surface_for_people_calls_it_by_the_pagers_levels(severity: str, said: str):
    incident = replace(NOTIFIED, severity=severity, severity_reason=f"raised to {severity}: 480 negative authors")
    mailed = mail(told(incident), sender="a@b.c", to="d@e.f", at=0.0, earlier={})
    body = mailed.get_body(("plain",))
    assert body is not None
    (event,) = events(told(incident), "0" * 32)
    seen = view(incident, BEGAN + 100.0)
    payload = event["payload"]
    surfaces = [
        json.dumps(message(told(incident)), ensure_ascii=False), str(mailed["Subject"]), body.get_content(),
        payload["summary"], json.dumps(payload["custom_details"]),
        f"{seen.how_bad} {seen.severity_reason} {seen.story}",
    ]  # fmt: skip

    assert payload["severity"] == severity
    assert all(said in surface.lower() for surface in surfaces)
    assert not any(re.search(r"\b(info|warning|error)\b", surface) for surface in surfaces)
    assert not any("raised to" in surface for surface in surfaces)


COUNTED = Counted(
    seen=2_040, span_s=3600, expected=0.4, negative_share=0.83, expected_negative_share=0.22, at=BEGAN + 3600
)


def test_a_chart_beside_figures_of_an_hour_is_told_by_the_hour():
    incident = replace(NOTIFIED, counted=COUNTED, last_event_at=BEGAN + 3600)
    mentions, negative = view(incident, BEGAN + 3600.0).figures

    assert sentences.sentence(incident).startswith(f"{mentions}, {negative}")
    assert str(mentions) == "2,040 mentions in the last hour where hardly any is ordinary"
    assert str(negative) == "83 % negative (usually 22 %)"
    assert "Mentions an hour, at each minute’s pace" in incident_chart(
        incident.evidence.chart, fired_at=BEGAN, per_s=COUNTED.span_s
    )


RUN = Counted(
    seen=41, span_s=7_200, expected=2.6, negatives=39, expected_negatives=0.4, negative_share=0.95,
    expected_negative_share=0.15, at=BEGAN + 7_200,
)  # fmt: skip


def of_a_run(**fields: object) -> Incident:
    """Return an incident whose sentence tells its run."""
    known = {"counted": RUN, "cited": Evidence(), "last_event_at": BEGAN + 7_200}
    return with_sentence(replace(NOTIFIED, **{**known, **fields}))


SLACK_DATE = re.compile(r"<!date\^[^|]*\|([^>]*)>")


def surfaces(incident: Incident) -> dict[str, str]:
    """Return all that each surface says of an incident, in UTC."""
    mailed = mail(told(incident), sender="a@b.c", to="d@e.f", at=0.0, earlier={})
    text, html = (mailed.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    page = view(incident, incident.last_event_at + 60.0)
    slack = message(told(incident))
    return {
        "the record": with_sentence(incident).reason,
        "webhook and report": str(public_incident(incident)["reason"]),
        "page": f"{' '.join(map(str, page.figures))} {page.reason}",
        "page, figures": ", ".join(map(str, page.figures)),
        "slack": SLACK_DATE.sub(r"\1", json.dumps(slack, ensure_ascii=False)),
        "pager": json.dumps(events(told(incident), "0" * 32)[0]["payload"], ensure_ascii=False),
        "mail": text.get_content(),
        "mail, as a page": unescape(html.get_content()),
    }


RUNS = st.builds(
    Counted,
    seen=st.integers(1, 3_000_000),
    span_s=st.integers(1, 5 * 86_400),
    expected=st.floats(0, 1e7),
    negatives=st.none() | st.integers(0, 3_000_000),
    expected_negatives=st.floats(0, 1e7),
    negative_share=st.floats(0, 1),
    expected_negative_share=st.floats(0, 1),
    unscored_share=st.floats(0, 1),
    at=st.just(BEGAN + 7_200),
)


@given(
    counted=RUNS,
    kind=st.sampled_from(["crisis", "slow_burn", "opportunity"]),
    warming_up=st.booleans(),
    resolved_at=st.none() | st.integers(BEGAN + 7_200, BEGAN + 90_000),
    last_event_at=st.integers(BEGAN + 7_200, BEGAN + 90_000),
    unscored_share=st.floats(0, 1),
)
def test_whatever_the_figures_every_surface_tells_them_in_the_same_words(
    counted, kind, warming_up, resolved_at, last_event_at, unscored_share
):
    incident = replace(
        NOTIFIED, counted=counted, cited=Evidence(), kind=kind, warming_up=warming_up, resolved_at=resolved_at,
        last_event_at=last_event_at, evidence=replace(NOTIFIED.evidence, unscored_share=unscored_share),
        status="open" if resolved_at is None else "resolved",
    )  # fmt: skip
    facts = facts_of(incident)

    for name, said in surfaces(incident).items():
        for figure in (facts.authors(), facts.negative()):
            assert str(figure) in said, name


def test_all_surfaces_tell_the_authors_of_the_run_and_how_many_were_negative():
    incident = of_a_run()
    authors, negative = view(incident, BEGAN + 7_200.0).figures

    assert (authors.number, authors.of, authors.ordinary) == (
        "41", "authors since 14:58 UTC", "where about 3 are ordinary",
    )  # fmt: skip
    assert (negative.number, negative.of) == ("39", "of them negative")
    assert negative.ordinary == "where hardly any is ordinary"
    for said in surfaces(incident).values():
        assert "41 authors since 14:58 UTC" in said
        assert "39 of them negative" in said
        assert "mentions in the last" not in said


def test_one_author_is_one():
    one = replace(RUN, seen=1, negatives=1)
    authors, negative = view(of_a_run(counted=one), BEGAN + 7_200.0).figures

    assert (authors.of.partition(" since")[0], negative.number, negative.of) == ("author", "1", "negative")


def test_in_a_run_of_days_it_is_said_how_one_is_counted_who_speaks_on_several():
    seen, _ = view(of_a_run(counted=replace(RUN, span_s=2 * 86_400)), BEGAN + 7_200.0).figures

    assert (seen.number, seen.of.partition(" since")[0]) == ("41", "authors (each once a day)")


@pytest.mark.parametrize(
    "later", [{"last_event_at": BEGAN + 12_000}, {"status": "resolved", "resolved_at": BEGAN + 7_300}]
)
def test_a_run_is_told_with_its_end_where_it_was_counted_a_while_ago(later: dict[str, object]):
    assert "41 authors from 14:58 UTC to 16:58 UTC" in sentences.how_much(replace(of_a_run(), **later))


def test_what_nobody_could_score_of_a_run_is_no_calm():
    unscored = replace(RUN, negatives=0, negative_share=0.0, unscored_share=1.0)
    incident = of_a_run(counted=unscored)

    assert view(incident, BEGAN + 7_200.0).figures[1].number == ""
    assert sentences.how_negative(incident) == "none of whom could be scored"


@pytest.mark.parametrize(
    "later", [{"last_event_at": BEGAN + 9000}, {"status": "resolved", "resolved_at": BEGAN + 3700}]
)
def test_what_was_the_last_hour_once_is_told_by_the_clock_later(later: dict[str, object]):
    incident = replace(NOTIFIED, counted=COUNTED, **later)

    assert "in the hour to 15:58 UTC" in sentences.how_much(incident)
    assert "2,040 mentions in the hour to 15:58 UTC where hardly" in sentences.sentence(incident)


def test_where_nothing_could_be_scored_the_page_shows_no_share():
    incident = replace(NOTIFIED, negative_share=0.0, evidence=replace(NOTIFIED.evidence, unscored_share=1.0))

    assert str(view(incident, BEGAN + 100.0).figures[1]) == "none of which could be scored"


def test_one_who_is_woken_again_is_told_that_nobody_has_it():
    assert sentences.lock_screen(told(LAPSED)).startswith("Still going, and nobody has it: Northside Hospital Trust")


def test_a_page_that_comes_late_says_so():
    late = replace(
        OPENED, changes=(replace(OPENED.changes[0], note="reported late: the mentions had waited for 2 hours"),)
    )

    assert story.opening_note(late) == "Reported late: the mentions had waited for 2 hours."


def test_a_silent_source_is_not_called_a_crisis():
    silent = replace(
        NOTIFIED, kind="source_silent", reason="Northside Hospital Trust: nothing from rss since 14:02 UTC."
    )

    assert sentences.lock_screen(told(silent, "update")) == (
        "Northside Hospital Trust: silent source, since 12 July 2011, 14:58 UTC. Nothing from rss since 14:02 UTC."
    )


@given(st.lists(st.tuples(st.sampled_from([60, 300, 3600]), st.integers(0, 10_000)), max_size=90), st.integers(1, 60))
def test_a_chart_of_any_points_fits_its_width_and_its_rows_align(points: list[tuple[int, int]], width: int):
    chart, at = [], BEGAN
    for span_s, seen in points:
        chart.append(Point(at, span_s, seen, seen // 2, 1.0, 2.0))
        at += span_s

    drawn = sparkline(chart, width=width)

    assert (drawn is None) == (len(chart) < 2 or not any(shown(chart, width)))
    if drawn is not None:
        assert len(drawn.seen) == len(drawn.negatives) <= width
        assert drawn.end - drawn.start == drawn.column_s * len(drawn.seen)
        assert "█" in drawn.seen


def test_a_gap_in_a_chart_is_drawn_as_silence():
    drawn = sparkline([Point(0, 60, 8, 0, 1.0, 2.0), Point(180, 60, 8, 8, 1.0, 2.0)])

    assert drawn is not None
    assert (drawn.seen, drawn.negatives) == ("█▁▁█", "▁▁▁█")


def shown(chart: list[Point], width: int) -> list[int]:
    """Return what was seen in the points that are drawn at least in part."""
    shortest, end = min(p.span_s for p in chart[:-1]), chart[-1].start + chart[-1].span_s
    column_s = shortest * -(-((end - chart[0].start) // shortest) // width)
    start = end - (end - chart[0].start) // column_s * column_s
    return [point.seen for point in chart if point.start + point.span_s > start]


SPREAD = replace(
    NOTIFIED,
    evidence=replace(
        NOTIFIED.evidence,
        amplifiers=(Term(text="Nurse Ann", share=0.6, weight=60_000.0), Term(text="Dan", share=0.3, weight=30_000.0)),
        links=(Term(text="bbc.example/news/1", share=0.41),),
        sources=(Term(text="mastodon", share=0.6, ordinary_share=0.2),),
    ),
)


def test_who_carries_it_what_it_links_to_and_where_it_is_said_are_told_with_the_sum_of_reach():
    assert sentences.spread(SPREAD) == (
        (
            "With the most followers: Nurse Ann (60,000), Dan (30,000); 2 authors of wide reach have 90,000 "
            "followers in all, 90 % of everyone these posts reach."
        ),
        "They link to bbc.example/news/1 (41 %).",
        "Said more than usual on mastodon (60 %, usually 20 %).",
    )
    assert sentences.spread(replace(SPREAD, evidence=Evidence())) == ()


def test_slack_mail_and_page_say_how_it_spreads():
    mailed = mail(told(SPREAD), sender="a@b.c", to="d@e.f", at=0.0, earlier={}).get_body(("plain",))
    assert mailed is not None
    shown = [
        json.dumps(message(told(SPREAD)), ensure_ascii=False),
        mailed.get_content(),
        str(view(SPREAD, BEGAN + 100.0).spread),
    ]

    assert ["Nurse Ann (60,000)" in surface and "bbc.example/news/1" in surface for surface in shown] == [True] * 3
