"""What was not heard is one sentence, the same on every surface."""

import msgspec
import pytest
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.incident import Incident
from alerts.presentation.public_incident import public_incident
from alerts.receivers.email.message import mail
from alerts.receivers.pagerduty.message import events
from alerts.receivers.slack.message import message
from alerts.web.view import view
from alerts.wording.moments import Times
from alerts.wording.not_heard import CLAUSES, not_heard
from detectors.not_heard import NotHeard
from detectors.verdict import Evidence
from tests.alerts.receivers.outbreak import NOTIFIED, told
from tests.alerts.verdicts import NOW, POLICY, RANG, verdict

GONE = NotHeard(source="fediverse", kind="mastodon", since=RANG - 1800, until=RANG - 60, why="silent")
SAID = "Mastodon (fediverse) was not heard from 14:34 UTC to 15:03 UTC."


@pytest.mark.parametrize(
    ("hole", "said"),
    [
        (GONE, SAID),
        (replace(GONE, source="mastodon"), "Mastodon was not heard from 14:34 UTC to 15:03 UTC."),
        (replace(GONE, until=None), "Mastodon (fediverse) has not been heard since 14:34 UTC."),
        (
            replace(GONE, fetched=23),
            f"{SAID[:-1]}, 23 posts from that time came afterwards, too late to count.",
        ),
        (
            replace(GONE, fetched=0),
            f"{SAID[:-1]}, nothing from that time came afterwards.",
        ),
        (NotHeard(source="x", kind="x", since=RANG, share=0.2, why="sampled"), "X is sampled at one in five."),
        (
            NotHeard(source="x", kind="x", since=RANG, until=RANG + 60, share=0.05, why="sampled"),
            "X was sampled at one in 20 from 15:04 UTC to 15:05 UTC.",
        ),
        (
            NotHeard(source="suite", kind="meltwater", since=RANG, until=RANG + 60, share=1.0, why="no_text", missed=7),
            "7 posts of Meltwater (suite) came without their text, as the licence requires, and could not be scored.",
        ),
        (
            NotHeard(source="x", kind="x", since=RANG, until=RANG + 60, share=0.4, why="throttled"),
            "X was heard only in part (40 %) from 15:04 UTC to 15:05 UTC.",
        ),
        (replace(GONE, source="own-forum", kind=""), "Own-forum was not heard from 14:34 UTC to 15:03 UTC."),
    ],
)
def test_each_kind_of_hole_is_said_in_its_words(hole: NotHeard, said: str):
    assert not_heard([hole]) == said


def test_times_that_overlap_are_one_and_the_day_is_named_where_it_is_another():
    both = [GONE, replace(GONE, why="look_back", until=RANG - 600)]
    yesterday = replace(GONE, since=GONE.since - 86_400)

    assert not_heard(both) == SAID
    assert "11 July 2011, 14:34 UTC to 15:03 UTC" in not_heard([yesterday])


def test_of_many_sources_a_few_are_named_and_the_rest_is_counted():
    many = [replace(GONE, source=f"s{number}") for number in range(CLAUSES + 3)]

    said = not_heard(many)
    assert said.count("was not heard") == CLAUSES
    assert said.endswith("; and 3 more times when a source was not fully heard.")


def test_the_page_slack_mail_and_the_pager_say_it():
    incident = replace(NOTIFIED, not_heard=(GONE,))
    delivery = told(incident)

    assert SAID in view(incident, NOW).cautions
    assert SAID.split(" from ", maxsplit=1)[0] in str(message(delivery))
    assert SAID in mail(delivery, sender="a@example.org", to="b@example.org", at=NOW, earlier={}).as_string().replace(
        "=\n", ""
    ).replace("\n", " ")
    assert events(delivery, "key")[0]["payload"]["custom_details"]["not heard"] == SAID
    assert "not heard" not in str(view(NOTIFIED, NOW).cautions)


def test_what_strangers_call_a_source_is_harmless():
    incident = replace(NOTIFIED, not_heard=(replace(GONE, source="http://bank.example@evil.example/", kind=""),))

    assert "evil" not in str(view(incident, NOW).cautions) + str(message(told(incident)))
    assert "evil" not in str(public_incident(incident)["not_heard"])


def test_the_receipt_stands_in_the_json_with_every_key():
    incident = replace(NOTIFIED, not_heard=(GONE,), evidence=Evidence(unscored_share=0.4))

    heard, unscored = public_incident(incident)["not_heard"]
    assert heard == {
        "source": "fediverse", "kind": "mastodon", "since": "2011-07-12T14:34:00Z", "until": "2011-07-12T15:03:00Z",
        "share": 0.0, "why": "silent", "missed": None, "fetched": None,
    }  # fmt: skip
    assert (unscored["source"], unscored["why"], unscored["share"]) == (None, "not_scored", 0.6)


def test_an_incident_of_a_version_before_has_heard_everything():
    kept = msgspec.json.decode(msgspec.json.encode(NOTIFIED))
    assert "not_heard" not in kept

    assert public_incident(msgspec.json.decode(msgspec.json.encode(kept), type=Incident))["not_heard"] == []


def test_a_hole_that_is_found_later_is_told_to_the_chats_and_is_no_page():
    brand = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    brand.take_verdict(verdict(), NOW)

    (changed,) = brand.take_verdict(verdict(300, not_heard=(GONE,)), NOW + 300)
    again = brand.take_verdict(verdict(600, not_heard=(GONE,)), NOW + 600)

    assert (changed.change.type, changed.not_heard) == ("grown", (GONE,))
    assert again == []


def test_moments_are_told_in_the_receivers_zone():
    assert "16:34 CEST (14:34 UTC)" in not_heard([GONE], Times("Europe/Berlin"))
