"""A delivery's record says why, and versions before and after this one can be read, and can read it."""

import re
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery, DeliveryState
from alerts.deliveries.escalating import UNREACHABLE_ATTEMPTS, UNREACHABLE_S
from alerts.deliveries.giving_up import GIVE_UP_S, REMOVED_S
from alerts.deliveries.outbox import Outbox, Record
from alerts.deliveries.reason import WAITS, Reason
from alerts.errors import DeliveryError
from tests.alerts.deliveries.intended import RECEIVERS, RETRY, claimed, delivery
from tests.alerts.verdicts import NOW

MANUAL = Path(__file__).parents[3] / "docs" / "operating.md"
UNKNOWN = DeliveryError("timed out", outcome="unknown")


class OldDelivery(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a worker of the version before reads."""

    id: str
    state: DeliveryState = "intent"
    error: str = ""


def why(records: list[Record]) -> list[tuple[str, Reason]]:
    return [(record.delivery.state, record.delivery.reason) for record in records if record.delivery is not None]


def test_a_record_without_a_reason_is_read_as_before():
    told = msgspec.json.decode(msgspec.json.encode(delivery(2)), type=Delivery)

    assert b'"reason":"",' not in msgspec.json.encode(delivery(2))
    assert (told, told.reason, told.escalated) == (delivery(2), Reason.NONE, Reason.NONE)


def test_a_reason_of_a_later_version_is_read_as_none():
    told = msgspec.json.encode(replace(delivery(2), reason=Reason.TOO_LONG)).replace(b"too_long", b"moon_is_full")

    assert msgspec.json.decode(told, type=Delivery).reason is Reason.NONE


def test_a_reason_does_not_keep_the_version_before_from_reading():
    told = replace(delivery(2), state="unknown", error="503", reason=Reason.NO_RECEIPT, escalated=Reason.TOO_LONG)

    assert msgspec.json.decode(msgspec.json.encode(told), type=OldDelivery) == OldDelivery(
        id=told.id, state="unknown", error="503"
    )


def test_the_manual_says_what_to_do_about_each_reason():
    section = MANUAL.read_text().split("## Why a delivery is not taken at once")[1].split("\n## ")[0]
    first_cells = "".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))

    assert set(re.findall("`(.+?)`", first_cells)) == {reason for reason in Reason if reason}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RETRY, ("intent", Reason.NOT_TAKEN)),
        (DeliveryError("429", outcome="retry", retry_after_s=5), ("intent", Reason.ASKED_TO_WAIT)),
        (UNKNOWN, ("unknown", Reason.NO_RECEIPT)),
        (DeliveryError("400", outcome="refused"), ("failed", Reason.REFUSED)),
    ],
)
def test_the_record_of_a_failed_attempt_says_why_it_waits_or_is_given_up(outbox, error, said):
    outbox.take(delivery(2), NOW)

    assert why(outbox.failed(claimed(outbox, "pager"), error, NOW)) == [said]


def test_what_may_have_arrived_says_why_it_is_repeated_until_it_is_sent(outbox):
    outbox.take(delivery(2), NOW)
    outbox.failed(claimed(outbox, "pager"), UNKNOWN, NOW)
    again = claimed(outbox, "pager", NOW + 5)
    refused_connection = outbox.failed(again, RETRY, NOW + 5)
    last = claimed(outbox, "pager", NOW + 60)

    assert (again.delivery.state, again.delivery.reason) == ("sending", Reason.NO_RECEIPT)
    assert why(refused_connection) == [("unknown", Reason.NO_RECEIPT)]
    assert why(outbox.sent(last, {}, NOW + 60)) == [("sent", Reason.NO_RECEIPT)]


def test_what_was_not_taken_and_is_then_sent_has_nothing_to_explain(outbox):
    outbox.take(delivery(2), NOW)
    outbox.failed(claimed(outbox, "pager"), RETRY, NOW)

    assert why(outbox.sent(claimed(outbox, "pager", NOW + 60), {}, NOW + 60)) == [("sent", Reason.NONE)]


def test_what_a_worker_was_sending_when_it_ended_says_so(outbox):
    outbox.take(delivery(2), NOW)
    restarted = Outbox(RECEIVERS, chance=lambda: 1.0)
    restarted.take(claimed(outbox, "pager").delivery, NOW + 9)
    restarted.start(0)

    again = claimed(restarted, "pager", NOW + 9)

    assert (again.repeat, again.delivery.reason) == (True, Reason.INTERRUPTED)


def test_a_superseded_record_says_by_what(outbox):
    outbox.take(delivery(2), NOW)
    outbox.take(delivery(3, purpose="acknowledged"), NOW)

    records = outbox.superseded(NOW)

    assert {r.delivery.purpose: r.delivery.reason for r in records if r.delivery is not None} == {
        "page": Reason.ACKNOWLEDGED,
        "acknowledged": Reason.NEVER_TOLD,
    }


@pytest.mark.parametrize(
    ("receiver", "later", "reason"),
    [("fax", REMOVED_S + 1, Reason.RECEIVER_REMOVED), ("pager", GIVE_UP_S + 1, Reason.DAY_OVER)],
)
def test_a_page_that_is_given_up_says_why_and_went_to_the_next_step_for_that(outbox, receiver, later, reason):
    outbox.take(delivery(2, receiver), NOW)

    records = outbox.superseded(NOW + later)

    assert why(records) == [("failed", reason)]
    assert [told.delivery.escalated for told in outbox.unreachable] == [reason]


def test_the_record_of_a_page_says_why_it_went_to_the_next_step_after_so_many_attempts(outbox):
    outbox.take(delivery(2), NOW)

    now, said = NOW, []
    for _ in range(UNREACHABLE_ATTEMPTS):
        (record,) = outbox.failed(claimed(outbox, "pager", now), RETRY, now)
        said.append(record.delivery.escalated)
        now += 20

    assert said == [Reason.NONE] * (UNREACHABLE_ATTEMPTS - 1) + [Reason.TOO_MANY_ATTEMPTS]


def test_a_page_whose_time_is_over_says_so_and_what_it_waits_for(outbox):
    outbox.take(delivery(2), NOW)
    attempt = claimed(outbox, "pager")

    outbox.overdue(NOW + UNREACHABLE_S)
    (told,) = outbox.unreachable
    (sent, _) = outbox.sent(attempt, {}, NOW + UNREACHABLE_S)

    assert (told.delivery.escalated, told.waits_for) == (Reason.TOO_LONG, Reason.BEING_SENT)
    assert sent.delivery.escalated is Reason.TOO_LONG


def test_whatever_waits_is_counted_once_by_what_it_waits_for(outbox):
    for incident, receiver in (("a", "pager"), ("b", "pager"), ("c", "slack"), ("d", "slack")):
        outbox.take(delivery(2, receiver, incident=incident), NOW)
    outbox.take(delivery(3, "slack", "update", incident="c"), NOW)
    claimed(outbox, "pager")
    outbox.failed(claimed(outbox, "slack"), RETRY, NOW)

    counted = {receiver: outbox.waiting(receiver, NOW) for receiver in RECEIVERS}

    assert counted == {
        "pager": {Reason.BEING_SENT: 1, Reason.IN_TURN: 1},
        "slack": {Reason.NOT_TAKEN: 1, Reason.OLDER_FIRST: 1, Reason.THROTTLED: 1},
    }
    assert all(sum(counted[receiver].values()) == outbox.pending(receiver) for receiver in RECEIVERS)
    assert {reason for each in counted.values() for reason in each} <= set(WAITS)
