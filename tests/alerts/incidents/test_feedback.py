"""What people say of alarms reaches the watch stage, is taken back by them, and is told to them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.feedback import feedback_of, learned, missed_feedback
from alerts.incidents.incident import Incident
from alerts.web.view import view
from alerts.wording.threshold import how_moved
from detectors.feedback import FADES_S, Moved
from streams.wire.feedback import Feedback, FeedbackBook
from tests.alerts.verdicts import NOW, POLICY, RANG, command, verdict

INCIDENT = "northside-20110712T150400Z"


def brand(**fields: Any) -> BrandIncidents:
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_verdict(verdict(**fields), NOW)
    return northside


def said(told: list[Incident]) -> list[Feedback]:
    return [feedback for incident in told if (feedback := feedback_of(incident)) is not None]


def test_not_a_crisis_is_said_once_however_many_press():
    ringing = brand()

    first = said(ringing.take_command(command("false_alarm", 1), NOW + 60))
    second = said(ringing.take_command(command("false_alarm", 2, by="bo"), NOW + 61))

    assert first == [Feedback(id="c-false_alarm-1/false_alarm", brand="northside", kind="false_alarm", about=INCIDENT)]
    assert second == []


def test_a_crisis_after_all_takes_it_back():
    ringing = brand()
    ringing.take_command(command("false_alarm"), NOW + 60)

    (*_, back) = said(ringing.take_command(command("revoke_false_alarm"), NOW + 120))

    assert (back.about, back.taken_back) == (INCIDENT, True)


def test_an_incident_that_comes_back_is_no_false_alarm_any_more():
    ringing = brand()
    ringing.take_command(command("false_alarm"), NOW + 60)

    worse = ringing.take_verdict(verdict(300, severity="critical"), NOW + 300)

    assert worse[0].change.type == "reopened"
    assert [(feedback.about, feedback.taken_back) for feedback in said(worse)] == [(INCIDENT, True)]


def test_one_that_comes_back_unmarked_says_nothing():
    ringing = brand()
    ringing.take_verdict(verdict(600, phase="calm"), NOW + 600)

    assert said(ringing.take_verdict(verdict(0, fired_at=RANG + 4000), NOW + 4000)) == []


@pytest.mark.parametrize("kind", ["opportunity", "source_silent"])
def test_good_news_and_silence_move_nothing(kind):
    heard = brand(kind=kind)
    incident = heard.incidents[0]

    told = heard.take_command(command("false_alarm", incident=incident.id), NOW + 60)

    assert told[0].false_alarm
    assert said(told) == []
    assert learned(told[0]) == ""


@pytest.mark.parametrize(
    ("asked", "about", "taken_back"),
    [
        (command("missed", incident="", event_at=RANG), str(RANG), False),
        (command("revoke_missed", incident="", event_at=RANG), str(RANG), True),
        (command("missed"), INCIDENT, False),
    ],
)
def test_a_missed_crisis_is_named_by_its_moment_or_by_the_incident_that_rang_too_late(asked, about, taken_back):
    told = missed_feedback(asked)

    assert told == Feedback(id=asked.id, brand="northside", kind="missed", about=about, taken_back=taken_back)


@pytest.mark.parametrize("kind", ["acknowledge", "false_alarm", "redact", "tick"])
def test_no_other_command_speaks_of_a_missed_one(kind):
    assert missed_feedback(command(kind)) is None


@given(st.lists(st.sampled_from(["false_alarm", "revoke_false_alarm", "acknowledge", "resolve", "worse"]), max_size=12))
def test_what_counts_is_what_stands_on_the_incident(steps):
    ringing, book = brand(), FeedbackBook()
    severities = iter(["error", "critical"])
    for number, step in enumerate(steps, 1):
        if step == "worse":
            told = ringing.take_verdict(verdict(60 * number, severity=next(severities, "critical")), NOW + number)
        else:
            told = ringing.take_command(command(step, number), NOW + number)
        for feedback in said(told):
            book.take(feedback, RANG + number)

    counts = book.moved(RANG + len(steps)).false_alarms
    assert counts == int(ringing.incidents[0].false_alarm)


def test_the_page_says_what_is_learned_and_how_to_take_it_back():
    ringing = brand()

    marked = ringing.take_command(command("false_alarm"), NOW)[-1]

    assert NOW + FADES_S == 1_804_838_400.0  # 12 March 2027
    assert learned(marked) == (
        "Tocsin asks for more evidence before it rings for Northside Hospital Trust again, a little less each day "
        "until 12 March 2027. “It is a crisis after all” takes that back."
    )
    assert learned(marked) in view(marked, NOW).holding
    assert learned(replace(marked, false_alarm=False)) == ""


def test_an_incident_says_that_its_threshold_was_moved():
    moved = Moved(factor=0.5, false_alarms=1, until=int(NOW), nats=0.98)

    incident = brand(moved=moved).incidents[0]

    assert incident.moved == moved
    (caution,) = view(incident, NOW).cautions
    assert caution.startswith("Tocsin needed more evidence than usual before this rang, because of 1 incident marked")
    assert view(brand().incidents[0], NOW).cautions == ()
    outweighed = brand(moved=Moved(factor=1.0, false_alarms=1, missed=1)).incidents[0]
    assert view(outweighed, NOW).cautions == ()


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (Moved(), ""),
        (Moved(factor=2.0, missed=1, until=0, nats=-0.97), "rings sooner: 1 crisis reported as missed; 2 times"),
        (
            Moved(factor=0.25, false_alarms=3, missed=2, nats=2.0),
            "rings later: 3 incidents marked “not a crisis”, 2 crises reported as missed; 0.25 times",
        ),
        (Moved(factor=1.0, false_alarms=1, missed=1), "rings as ever: 1 incident marked “not a crisis”, 1 crisis"),
    ],
)
def test_a_moved_threshold_is_told_in_words(moved, words):
    assert how_moved(moved).startswith(words)
    assert bool(how_moved(moved)) == bool(words)
