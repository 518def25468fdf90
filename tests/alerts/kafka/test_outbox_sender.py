"""What a sender writes before and after a request, and what becomes of an outcome that nobody can write."""

import asyncio
from collections.abc import Sequence

import pytest

from alerts.deliveries.outbox import Outbox, Record
from alerts.errors import DeliveryError
from alerts.kafka import outbox_sender
from alerts.kafka.outbox_sender import OutboxSender
from alerts.kafka.unsaved_outcomes import UnsavedOutcomes
from tests.alerts.deliveries.intended import delivery
from tests.alerts.kafka.fake_receiver import Fake
from tests.alerts.verdicts import NOW
from tests.patience import PATIENCE_S


class Topic:
    """Takes records as long as the partition is this process's, and remembers what the receiver had got by then."""

    def __init__(self, receiver: Fake) -> None:
        self._receiver = receiver
        self.is_ours = True
        self.written: list[tuple[str, int]] = []

    async def write(self, records: Sequence[Record]) -> bool:
        if self.is_ours:
            self.written += [(each.delivery.state, len(self._receiver.came)) for each in records if each.delivery]
        return self.is_ours


class Desk:
    """A sender, and all that it works with."""

    def __init__(self) -> None:
        self.pager = Fake("pager")
        self.topic = Topic(self.pager)
        self.outbox = Outbox({"pager": self.pager}, chance=lambda: 1.0)
        self.outbox.start(0)
        self.unsaved = UnsavedOutcomes()
        self.sender = OutboxSender(
            self.pager, self.outbox, self.topic.write,
            unsaved=self.unsaved, moved=asyncio.Condition(), now=lambda: NOW,
        )  # fmt: skip

    async def save(self) -> bool:
        return await self.unsaved.save(0, self.outbox, self.topic.write, NOW)


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    made.outbox.take(delivery(2), NOW)
    return made


async def test_the_claim_is_written_before_the_request_leaves_and_the_outcome_after(desk):
    await desk.sender.send_next(may_send=True)

    assert desk.topic.written == [("sending", 0), ("sent", 1)]


async def test_nothing_is_sent_whose_claim_is_not_taken(desk):
    desk.topic.is_ours = False

    await desk.sender.send_next(may_send=True)

    assert desk.pager.came == []
    assert desk.sender.partition is None


async def test_a_claim_that_took_too_long_is_made_again_before_the_request_leaves(desk, monkeypatch):
    monkeypatch.setattr(outbox_sender, "_CLAIM_S", -1.0)

    async def taken_in_time(records: Sequence[Record]) -> bool:
        if len(desk.topic.written) == 1:
            monkeypatch.setattr(outbox_sender, "_CLAIM_S", PATIENCE_S)
        is_taken: bool = await desk.topic.write(records)
        return is_taken

    desk.sender._write = taken_in_time
    await desk.sender.send_next(may_send=True)

    assert desk.topic.written == [("sending", 0), ("sending", 0), ("sent", 1)]


async def test_a_bug_in_a_receiver_is_an_unknown_outcome(desk):
    desk.pager.fails = ZeroDivisionError()

    await desk.sender.send_next(may_send=True)

    assert desk.topic.written == [("sending", 0), ("unknown", 1)]


async def test_nothing_is_sent_while_it_may_not(desk):
    desk.sender.wake()
    await desk.sender.send_next(may_send=False)

    assert desk.topic.written == []


async def goes_elsewhere_while_it_is_sent(desk: Desk) -> None:
    desk.pager.may_answer.clear()
    sending = asyncio.create_task(desk.sender.send_next(may_send=True))
    await desk.pager.until(bool)
    assert desk.sender.partition == 0
    desk.topic.is_ours = False
    claimed = desk.outbox._incidents[0, "northside-1"].entries[delivery(2).id].delivery
    desk.outbox.release(0)
    desk.pager.may_answer.set()
    await sending
    assert desk.topic.written == [("sending", 0)]
    # The partition comes back, and is read anew.
    desk.topic.is_ours = True
    desk.outbox.take(claimed, NOW)


async def test_an_outcome_that_could_not_be_written_is_written_when_the_partition_is_back(desk):
    await goes_elsewhere_while_it_is_sent(desk)

    assert await desk.save()
    desk.outbox.start(0)

    assert desk.topic.written == [("sending", 0), ("sent", 1)]
    assert desk.outbox.claim("pager", NOW) is None


async def test_an_outcome_is_kept_as_long_as_it_cannot_be_written(desk):
    await goes_elsewhere_while_it_is_sent(desk)
    desk.topic.is_ours = False

    assert not await desk.save()
    desk.topic.is_ours = True
    assert await desk.save()

    assert desk.topic.written == [("sending", 0), ("sent", 1)]


async def test_an_outcome_is_not_written_over_what_another_process_has_said_since(desk):
    await goes_elsewhere_while_it_is_sent(desk)
    there = Outbox({"pager": desk.pager}, chance=lambda: 1.0)
    there.take(delivery(2), NOW)
    there.start(0)
    attempt = there.claim("pager", NOW)
    assert attempt is not None
    for record in there.failed(attempt, DeliveryError("400", outcome="refused"), NOW):
        if record.delivery is not None:
            desk.outbox.take(record.delivery, NOW)

    assert await desk.save()

    assert desk.topic.written == [("sending", 0)]
