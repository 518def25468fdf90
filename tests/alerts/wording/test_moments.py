"""Moments as people read them: in their own zone and in UTC, both named, also on days on which clocks are changed."""

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.deliveries.planning import Nobody, planned
from alerts.presentation import sentences
from alerts.receivers.email.message import mail
from alerts.receivers.pagerduty.message import events
from alerts.receivers.slack.message import message, reply
from alerts.receivers.webhook.message import body
from alerts.time_zones import Zones
from alerts.wording.chart import incident_chart
from alerts.wording.moments import IN_UTC, Times, rendered, utc
from tests.alerts.receivers.outbreak import BEGAN, NOTIFIED, TAKEN, told
from tests.alerts.verdicts import POLICY, WAKES

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Asia/Tokyo",
    ]
)
MOMENTS = st.integers(946_684_800, 4_102_444_799)


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-03-29T00:59:00+00:00", "01:59 CET (00:59 UTC)"),
        ("2026-03-29T01:00:00+00:00", "03:00 CEST (01:00 UTC)"),
        ("2026-10-25T00:30:00+00:00", "02:30 CEST (00:30 UTC)"),
        ("2026-10-25T01:30:00+00:00", "02:30 CET (01:30 UTC)"),
    ],
)
def test_the_hours_at_which_clocks_are_changed_are_told_apart_by_their_names(moment, said):
    assert Times("Europe/Berlin").clock(at(moment)) == said


@given(MOMENTS, ZONES)
def test_a_moment_is_named_in_its_zone_and_in_utc_and_both_are_the_same_one(moment: int, zone: str):
    said = Times(zone).moment(moment)

    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    assert f"{local.day} {local:%B %Y}, {local:%H:%M}" in said
    assert f"{utc(moment):%H:%M} UTC" in said
    assert (said.count("UTC") >= 1, "(" in said) == (True, zone != "UTC")


@given(MOMENTS, ZONES, st.integers(-20 * 3600, 20 * 3600))
def test_a_stored_sentence_is_told_in_the_zone_of_its_reader(moment: int, zone: str, away_s: int):
    moment -= moment % 60
    near = moment + away_s // 2
    short, long = f"since {utc(moment):%H:%M} UTC", f"since {IN_UTC.moment(moment)}"

    assert Times(zone).localized(long, near) == f"since {Times(zone).moment(moment)}"
    if abs(away_s) // 2 < 43_000:
        assert Times(zone).localized(short, near) == f"since {Times(zone).clock(moment)}"


@given(st.text(), ZONES)
def test_no_sentence_breaks_its_reader(text: str, zone: str):
    Times(zone, marked=True).localized(text, 1.3e9)


@pytest.mark.parametrize("text", ["at 29 Feb 12:00 UTC", "at 31 Feb 2026 12:00 UTC", "at 99:99 UTC", "at 24:00 UTC"])
def test_what_is_no_moment_is_left_as_it_is(text):
    assert Times("Asia/Tokyo").localized(text, at("2026-06-01T00:00:00+00:00")) == text


@given(MOMENTS, ZONES, st.integers(0, 60))
def test_a_mark_that_was_cut_leaves_no_trace_of_itself(moment: int, zone: str, length: int):
    cut = Times(zone, marked=True).moment(moment)[:length]

    assert not set("\ue000\ue001\ue002") & set(rendered(cut, lambda _at, _style, words: words))


BERLIN = {"time_zone": "Europe/Berlin"}
BOTH = "16:58 CEST (14:58 UTC)"


def test_every_surface_names_the_receivers_zone_and_utc():
    page = replace(told(NOTIFIED), time_zone="Europe/Berlin")
    mailed = mail(page, sender="a@b.c", to="d@e.f", at=0.0, earlier={})
    text = mailed.get_body(("plain",))
    assert text is not None
    (event,) = events(page, "0" * 32)
    slack = message(page)

    assert BOTH in sentences.lock_screen(page)
    assert BOTH in str(mailed["Subject"])
    assert text.get_content().count(BOTH) >= 2
    assert "All times are UTC" not in text.get_content()
    assert BOTH in event["payload"]["summary"]
    assert BOTH in event["payload"]["custom_details"]["since"]
    assert event["payload"]["timestamp"] == "2011-07-12T16:59:00+02:00"
    assert BOTH in slack["text"]
    assert f"your time (14:58 UTC)|12 July 2011, {BOTH}>" in json.dumps(slack["blocks"])


def test_slack_shows_each_reader_their_own_clock_and_names_utc():
    said = reply(told(TAKEN, "acknowledged"))

    assert re.search(
        r"<!date\^\d+\^\{date_short_pretty\} at \{time\} your time \(19:04 UTC\)\|12 July 2011, 19:04 UTC>", said
    )


def test_a_webhook_holds_each_moment_in_utc_as_ever_and_with_the_zones_offset_beside_it():
    data = msgspec.json.decode(body(replace(told(TAKEN, "acknowledged"), time_zone="Europe/Berlin")))["data"]

    assert (data["began_at"], data["resolved_at"]) == ("2011-07-12T14:58:00Z", None)
    assert data["time_zone"] == "Europe/Berlin"
    assert data["local_times"]["began_at"] == "2011-07-12T16:58:00+02:00"
    assert data["local_times"]["resolved_at"] is None
    assert all(at(data[name]) == at(local) for name, local in data["local_times"].items() if local is not None)


def test_where_no_zone_is_configured_all_is_in_utc():
    data = msgspec.json.decode(body(told(NOTIFIED)))["data"]

    assert (data["time_zone"], data["local_times"]["began_at"]) == ("UTC", "2011-07-12T14:58:00+00:00")
    assert "since 12 July 2011, 14:58 UTC." in sentences.lock_screen(told(NOTIFIED))


def test_a_delivery_is_planned_in_the_zone_of_its_receiver():
    zones = Zones(receivers={"pager": "Asia/Tokyo"}, brands={"northside": "Europe/London"})

    made = planned(NOTIFIED, POLICY, WAKES, Nobody(), 1.0, zones=zones)

    assert {each.receiver: each.time_zone for each in made} == {"slack": "Europe/London", "pager": "Asia/Tokyo"}


def test_the_charts_axis_is_in_the_readers_zone_and_says_so():
    points = NOTIFIED.evidence.chart

    drawn = incident_chart(points, fired_at=BEGAN + 60, times=Times("Asia/Kolkata"))

    assert "Mentions per minute (IST)" in drawn
    assert ">rang 20:29<" in drawn
    assert re.findall(r">(\d\d:\d\d)<", drawn) == ["20:00", "20:15", "20:30"]


def test_a_delivery_of_the_version_before_is_read_and_told_in_utc():
    raw = msgspec.json.decode(msgspec.json.encode(told(NOTIFIED)))
    raw.pop("time_zone", None)
    old = msgspec.convert(raw, type(told(NOTIFIED)))

    assert sentences.times_of(old) == Times("UTC")
    assert utc(BEGAN).tzinfo is UTC
