"""What came too late to be counted is one sentence, the same on every surface, and wakes nobody."""

import msgspec
import pytest
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.incident import Incident
from alerts.presentation.public_incident import public_incident
from alerts.presentation.shown import bare
from alerts.receivers.email.message import mail
from alerts.receivers.pagerduty.message import events
from alerts.receivers.slack.message import message
from alerts.web.view import view
from alerts.wording.late_posts import came_late
from alerts.wording.moments import Times
from detectors.late_posts import LatePosts
from tests.alerts.receivers.outbreak import NOTIFIED, told
from tests.alerts.verdicts import NOW, POLICY, RANG, verdict

LATE = (
    LatePosts(source="mastodon", posts=31, last=RANG + 360),
    LatePosts(source="feeds", posts=6, last=RANG),
)
SAID = (
    "37 more posts from this time came too late to be counted (31 from Mastodon and 6 from feeds). "
    "The last was posted at 15:10 UTC."
)


def brand() -> BrandIncidents:
    return BrandIncidents("northside", "Northside Hospital Trust", POLICY)


@pytest.mark.parametrize(
    ("late", "said"),
    [
        ((), ""),
        (LATE, SAID),
        (
            (LatePosts(source="", posts=1, last=RANG),),
            (
                "1 more post from this time came too late to be counted (from an unknown source). "
                "It was posted at 15:04 UTC."
            ),
        ),
        (
            (LatePosts(source="own-forum", posts=2, last=RANG - 86_400),),
            (
                "2 more posts from this time came too late to be counted (from own-forum). "
                "The last was posted on 11 July 2011, 15:04 UTC."
            ),
        ),
        (
            tuple(LatePosts(source=f"s{n}", posts=10 - n, last=RANG) for n in range(5)),
            (
                "40 more posts from this time came too late to be counted "
                "(10 from s0, 9 from s1, 8 from s2 and 13 from elsewhere). The last was posted at 15:04 UTC."
            ),
        ),
    ],
)
def test_how_many_came_too_late_from_where_and_of_when_the_last_is(late, said):
    assert came_late(late, RANG) == said


def test_its_moment_is_written_in_the_receivers_zone():
    assert came_late(LATE, RANG, Times("Europe/Berlin")).endswith("at 17:10 CEST (15:10 UTC).")


def test_the_page_slack_mail_and_the_pager_say_it():
    incident = replace(NOTIFIED, late=LATE)
    delivery = told(incident)
    plain = mail(delivery, sender="a@example.org", to="b@example.org", at=NOW, earlier={}).get_body(("plain",))

    assert SAID in view(incident, NOW).cautions
    assert "Not counted* 37 more posts from this time" in str(message(delivery))
    assert plain is not None
    assert SAID in plain.get_content()
    assert events(delivery, "key")[0]["payload"]["custom_details"]["not counted"] == SAID
    assert "too late" not in str(view(NOTIFIED, NOW).cautions) + str(message(told(NOTIFIED)))


def test_it_stands_in_the_json_by_source():
    assert public_incident(replace(NOTIFIED, late=LATE))["late"] == [
        {"source": "mastodon", "posts": 31, "last": "2011-07-12T15:10:00Z"},
        {"source": "feeds", "posts": 6, "last": "2011-07-12T15:04:00Z"},
    ]


def test_what_strangers_call_a_source_is_harmless():
    incident = replace(NOTIFIED, late=(LatePosts(source="http://bank.example@evil.example/", posts=3, last=RANG),))

    everywhere = str(view(incident, NOW).cautions) + str(message(told(incident))) + str(public_incident(incident))
    assert "evil" not in everywhere
    assert [(one.source, one.posts) for one in bare(replace(incident, late=LATE)).late] == [("unknown", 37)]


def test_it_changes_the_messages_that_can_be_edited_and_pages_nobody_once_for_each_news():
    incidents = brand()
    opened = incidents.take_verdict(verdict(), NOW)[-1]

    (changed,) = incidents.take_verdict(verdict(900, late=LATE), NOW + 900)
    again = incidents.take_verdict(verdict(1800, late=LATE), NOW + 1800)

    assert (changed.change.type, changed.late, changed.step) == ("grown", LATE, opened.step)
    assert (changed.seen, changed.reason, changed.severity) == (opened.seen, opened.reason, opened.severity)
    assert again == []


def test_an_incident_that_ended_says_what_was_known_when_it_did():
    incidents = brand()
    incidents.take_verdict(verdict(), NOW)

    (over,) = incidents.take_verdict(verdict(900, phase="calm", late=LATE), NOW + 900)

    assert (over.status, over.late) == ("resolved", LATE)
    assert SAID in view(over, NOW + 900).cautions


def test_an_incident_that_comes_back_adds_what_came_too_late_in_both_outbreaks():
    incidents = brand()
    incidents.take_verdict(verdict(late=LATE), NOW)
    incidents.take_verdict(verdict(900, phase="calm", late=LATE), NOW + 900)
    back_at = RANG + 3600

    back = incidents.take_verdict(verdict(fired_at=back_at), NOW + 3600)[-1]
    more = LatePosts(source="mastodon", posts=2, last=back_at + 60)
    (grown,) = incidents.take_verdict(verdict(900, fired_at=back_at, late=(more,)), NOW + 4500)

    assert back.late == LATE
    assert [(one.source, one.posts) for one in grown.late] == [("mastodon", 33), ("feeds", 6)]


def test_a_watch_of_the_version_before_takes_nothing_back():
    incidents = brand()
    incidents.take_verdict(verdict(late=LATE), NOW)

    assert incidents.take_verdict(verdict(900), NOW + 900) == []
    assert incidents.incidents[0].late == LATE


def test_an_incident_of_the_version_before_has_nothing_too_late():
    kept = msgspec.json.decode(msgspec.json.encode(NOTIFIED))

    assert "late" not in kept
    assert public_incident(msgspec.json.decode(msgspec.json.encode(kept), type=Incident))["late"] == []
