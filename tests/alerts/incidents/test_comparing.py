"""An incident is compared with the brand's peers at moments that follow from its facts; its page waits for none."""

from collections.abc import Sequence

import msgspec
import pytest
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.command import Command
from alerts.incidents.comparing import AFTER_S, comparisons_due, moments
from alerts.incidents.incident import Incident
from alerts.incidents.incident_state import decode_state, encode_state
from alerts.incidents.peer_levels import PeerLevels
from alerts.presentation import sentences, story
from detectors.post import Post
from detectors.verdict import Evidence
from tests.alerts.incidents.levels import FIRED, MINUTE, hour, levels
from tests.alerts.verdicts import NOW, POLICY, RANG, command, verdict

NAMES = {"northside": "Northside", "delta": "Delta"}
POST = Post(id="p1", published=1.0, content="shame on them", negativity=0.9)


@pytest.fixture
def ringing() -> BrandIncidents:
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_verdict(verdict(30, fired_at=RANG - 30, evidence=Evidence(posts=(POST,))), NOW)
    return northside


@pytest.fixture
def calm() -> PeerLevels:
    return levels(hour("northside", **FIRED), hour("delta"))


@pytest.fixture
def storm() -> PeerLevels:
    hours = [hour(brand, RANG + 900, **FIRED) for brand in NAMES]
    return levels(*hours, closed=RANG + 900)


def due(brand: BrandIncidents, known: PeerLevels) -> list[Command]:
    return list(comparisons_due(brand.incidents, NAMES, known, bin_s=MINUTE, partition_of=lambda _: 0, now=NOW + 120))


def take(brand: BrandIncidents, commands: Sequence[Command]) -> list[Incident]:
    return [version for one in commands for version in brand.take_command(one, NOW + 120)]


def as_of(incident: Incident) -> int:
    assert incident.comparison is not None
    return incident.comparison.at


def test_it_is_compared_as_of_the_end_of_the_bin_in_which_it_fired(ringing, calm):
    (told,) = take(ringing, due(ringing, calm))

    assert told.change.type == "compared"
    assert told.comparison is not None
    assert told.comparison.at == RANG
    assert sentences.peers(told) == ("At 15:04 UTC its peer Delta was not unusual: this concerned Northside alone.")
    assert story.story(told) == sentences.peers(told)


def test_it_opens_and_pages_though_nothing_is_known_of_its_peers(ringing):
    assert due(ringing, PeerLevels()) == []
    assert ringing.incidents[0].paged
    assert sentences.peers(ringing.incidents[0]) == ""


def test_a_comparison_is_taken_once(ringing, calm):
    commands = due(ringing, calm)
    take(ringing, commands)

    assert take(ringing, commands) == []
    assert due(ringing, calm) == []


def test_an_older_comparison_changes_nothing(ringing, storm):
    first, second = due(ringing, storm)
    take(ringing, [second])

    assert take(ringing, [first]) == []


def test_later_ones_follow_and_are_told_where_they_conclude_otherwise(ringing, storm, calm):
    (early,) = take(ringing, due(ringing, calm))
    (late,) = take(ringing, due(ringing, storm))

    assert [as_of(early), as_of(late)] == [RANG, RANG + 900]
    assert (
        story.story(late)
        == "At 15:19 UTC its peer Delta was louder and more negative than usual too; of the two Northside was first."
    )
    assert [change.note[:12] for change in late.changes if change.type == "compared"] == [
        "At 15:04 UTC",
        "At 15:19 UTC",
    ]


def test_one_that_concludes_the_same_is_no_news_for_the_thread(ringing):
    hours = [hour(brand, until, **FIRED) for brand in NAMES for until in (RANG + 900, RANG)]

    first, second = take(ringing, due(ringing, levels(*hours, closed=RANG + 900)))

    assert [as_of(first), as_of(second)] == [RANG, RANG + 900]
    assert (story.story(first) != "", story.story(second)) == (True, "")


def test_it_is_compared_again_where_it_gets_worse(ringing):
    ringing.take_verdict(verdict(330, fired_at=RANG - 30, severity="critical"), NOW + 330)

    assert list(moments(ringing.incidents[0], MINUTE))[:3] == [RANG, RANG + 300, RANG + 900]


def test_once_it_is_over_no_moment_follows(ringing):
    ringing.take_verdict(verdict(1230, fired_at=RANG - 30, phase="calm"), NOW + 1230)

    assert list(moments(ringing.incidents[0], MINUTE)) == [RANG, RANG + AFTER_S[1]]


@pytest.mark.parametrize("kind", ["opportunity", "source_silent"])
def test_good_news_and_silent_sources_are_not_compared(ringing, kind):
    assert list(moments(replace(ringing.incidents[0], kind=kind), MINUTE)) == []


def test_a_comparison_of_an_incident_that_is_not_known_yet_is_not_kept(calm, ringing):
    (early,) = due(ringing, calm)
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)

    assert northside.take_command(early, NOW) == []
    northside.take_verdict(verdict(30, fired_at=RANG - 30), NOW)
    assert due(northside, calm)[0].comparison == early.comparison


def test_it_neither_acknowledges_nor_delays_the_next_step(ringing, calm):
    before = ringing.incidents[0]
    take(ringing, due(ringing, calm))
    after = ringing.incidents[0]

    assert (after.status, after.next_due_at, after.step, after.severity) == (
        before.status, before.next_due_at, before.step, before.severity,
    )  # fmt: skip


def test_it_stays_with_the_facts_where_a_post_is_taken_down(ringing, calm):
    take(ringing, due(ringing, calm))
    (bare,) = ringing.take_command(command("redact", post="p1", incident=""), NOW + 200)

    assert "shame" not in msgspec.json.encode(bare).decode()
    assert sentences.peers(bare).endswith("this concerned Northside alone.")


def test_a_state_keeps_it_and_one_of_a_version_before_has_none(ringing, calm):
    before = decode_state(encode_state(ringing.state))
    take(ringing, due(ringing, calm))
    after = decode_state(encode_state(ringing.state))

    assert before.tracked[0].incident.comparison is None
    assert b"comparison" not in encode_state(before)
    assert after.tracked[0].incident == ringing.incidents[0]


def test_the_order_in_which_an_acknowledgement_and_a_comparison_come_changes_no_fact(calm):
    orders = []
    for first_compared in (True, False):
        northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
        northside.take_verdict(verdict(30, fired_at=RANG - 30), NOW)
        acknowledge = command("acknowledge", incident=northside.incidents[0].id)
        if first_compared:
            take(northside, due(northside, calm))
        northside.take_command(acknowledge, NOW + 60)
        take(northside, due(northside, calm))
        orders.append(replace(northside.incidents[0], changes=()))

    assert orders[0] == orders[1]
