"""A test message to a receiver, as ``tocsin check --send`` sends it: it asks nobody to act."""

import uuid

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.receiver import Receiver
from alerts.incidents.incident import Change, Incident
from alerts.presentation.sentences import TEST_TEXT


async def send_test(receiver: Receiver, *, now: float, name: str = "") -> str:
    """Send a test through a receiver, and return what came of it, for a person.

    PagerDuty's test is triggered with severity ``info`` and resolved at once. The others are labelled in their first
    words. None carries a link or a button.

    Parameters
    ----------
    receiver
        Where to.
    now
        Wall time, epoch seconds.
    name
        Sets this test apart from all others; by default a random one.

    Raises
    ------
    DeliveryError
        Where the receiver did not take it.
    """
    receipt = await receiver.send(trial(receiver.id, now, name or uuid.uuid4().hex), earlier={}, repeat=False)
    fields = ", ".join(f"{key} {value}" for key, value in receipt.items())
    return f"{receiver.id}: took a test message{f' ({fields})' if fields else ''}"


def trial(receiver: str, now: float, name: str) -> Delivery:
    """Return the delivery of a test."""
    at = int(now)
    incident = Incident(
        id=f"tocsin-test-{name[:32]}",
        brand="tocsin",
        brand_name="Tocsin",
        kind="crisis",
        severity="info",
        status="resolved",
        began_at=at,
        opened_at=at,
        resolved_at=at,
        paged=False,
        seen=0,
        expected=0.0,
        negative_share=0.0,
        expected_negative_share=0.0,
        reason=TEST_TEXT,
        changes=(Change(type="opened", at=now),),
    )
    return Delivery(id=f"d-test-{name[:32]}", incident=incident, receiver=receiver, purpose="test", decided_at=now)
