"""When a delivery is tried no more."""

from msgspec.structs import replace

from alerts.deliveries.giving_up import GIVE_UP_S, REMOVED_S, given_up
from alerts.deliveries.reason import Reason
from tests.alerts.deliveries.intended import delivery
from tests.alerts.verdicts import NOW


def test_what_is_not_a_day_old_is_not_given_up():
    assert given_up(delivery(2), NOW + GIVE_UP_S, is_configured=True) is None


def test_after_a_day_it_is_given_up_with_what_the_receiver_said_last():
    gone = given_up(replace(delivery(2), error="503"), NOW + GIVE_UP_S + 1, is_configured=True)

    assert gone is not None
    assert (gone.state, gone.reason, gone.error) == ("failed", Reason.DAY_OVER, "given up after a day: 503")


def test_what_is_for_a_receiver_that_is_gone_is_given_up_when_it_can_be_none_that_others_know_already():
    assert given_up(delivery(2), NOW + REMOVED_S, is_configured=False) is None

    gone = given_up(delivery(2), NOW + REMOVED_S + 1, is_configured=False)

    assert gone is not None
    assert (gone.state, gone.reason) == ("failed", Reason.RECEIVER_REMOVED)
