"""How long a delivery waits, and for what."""

import pytest

from alerts.deliveries.incident_deliveries import PendingDelivery
from alerts.deliveries.reason import WAITS, Reason
from alerts.deliveries.waiting import LONGEST_ASKED_S, LONGEST_ASKED_UPDATE_S, Throttle, waits_for
from tests.alerts.deliveries.intended import delivery
from tests.alerts.verdicts import NOW

FREE, ASKED, BUSY = Throttle(), Throttle(urgent_at=NOW + 9, updates_at=NOW + 9), Throttle(free_at=NOW + 1)


def entry(**fields) -> PendingDelivery:
    return PendingDelivery(delivery=delivery(2), **fields)


def later(reason: Reason) -> PendingDelivery:
    return entry(not_before=NOW + 1, held=reason)


@pytest.mark.parametrize(
    ("waiting", "throttle", "is_behind", "reason"),
    [
        (entry(in_flight=True), ASKED, True, Reason.BEING_SENT),
        (entry(), ASKED, True, Reason.OLDER_FIRST),
        (later(Reason.NOT_TAKEN), ASKED, False, Reason.NOT_TAKEN),
        (later(Reason.NO_RECEIPT), FREE, False, Reason.NO_RECEIPT),
        (later(Reason.ANOTHER_WORKER), FREE, False, Reason.ANOTHER_WORKER),
        (entry(not_before=NOW, held=Reason.NOT_TAKEN), FREE, False, Reason.IN_TURN),
        (entry(), ASKED, False, Reason.ASKED_TO_WAIT),
        (entry(), BUSY, False, Reason.THROTTLED),
        (entry(), FREE, False, Reason.IN_TURN),
    ],
)
def test_each_delivery_waits_for_one_thing(waiting, throttle, is_behind, reason):
    assert waits_for(waiting, throttle, NOW, is_behind=is_behind) is reason
    assert reason in WAITS


@pytest.mark.parametrize(
    ("purpose", "until"),
    [
        ("page", LONGEST_ASKED_S),
        ("acknowledged", LONGEST_ASKED_S),
        ("resolved", LONGEST_ASKED_S),
        ("update", LONGEST_ASKED_UPDATE_S),
    ],
)
def test_a_receiver_gets_the_time_that_it_asks_for_within_bounds(purpose, until):
    throttle = Throttle()
    throttle.pause(NOW, 1e9)
    waiting = delivery(2, purpose=purpose)

    assert throttle.at(waiting) == NOW + until
    assert throttle.holds(waiting, NOW + until - 1) is Reason.ASKED_TO_WAIT
    assert throttle.holds(waiting, NOW + until) is Reason.NONE


def test_a_shorter_time_does_not_take_back_a_longer_one():
    throttle = Throttle()
    throttle.pause(NOW, 60)
    throttle.pause(NOW, 5)

    assert throttle.at(delivery(2)) == NOW + 60
