"""What an attempt that failed, or a record that is found, means for the next attempt."""

import pytest
from msgspec.structs import replace

from alerts.deliveries.reason import Reason
from alerts.deliveries.repeating import not_sent, repeated
from alerts.errors import DeliveryError
from tests.alerts.deliveries.intended import delivery


@pytest.mark.parametrize(
    ("outcome", "retry_after_s", "reason"),
    [
        ("refused", None, Reason.REFUSED),
        ("retry", None, Reason.NOT_TAKEN),
        ("retry", 20.0, Reason.ASKED_TO_WAIT),
        ("unknown", None, Reason.NO_RECEIPT),
        ("unknown", 20.0, Reason.NO_RECEIPT),
    ],
)
def test_an_attempt_that_failed_says_why(outcome, retry_after_s, reason):
    assert not_sent(DeliveryError("", outcome=outcome, retry_after_s=retry_after_s)) is reason


@pytest.mark.parametrize(
    ("state", "told", "reason"),
    [
        ("intent", Reason.NONE, Reason.NONE),
        ("intent", Reason.NOT_TAKEN, Reason.NONE),
        ("sending", Reason.NONE, Reason.INTERRUPTED),
        ("sending", Reason.NO_RECEIPT, Reason.INTERRUPTED),
        ("unknown", Reason.INTERRUPTED, Reason.INTERRUPTED),
        ("unknown", Reason.NONE, Reason.NO_RECEIPT),
    ],
)
def test_what_may_have_arrived_is_sent_again_as_a_repeat(state, told, reason):
    assert repeated(replace(delivery(2), state=state, reason=told)) is reason
