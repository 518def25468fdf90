"""A receiver that answers with garbage for two minutes, and then recovers: nothing is lost, and all of it is said."""

import re
from collections.abc import Mapping

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from structlog.testing import capture_logs

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.escalating import Unreachable
from alerts.deliveries.outbox import Outbox
from alerts.deliveries.receiver import Receiver
from alerts.errors import LONGEST_DETAIL, DeliveryError
from alerts.health.delivery_metrics import count_failed, count_sent, count_unreachable
from alerts.receivers.transport import asked_to_wait_s, is_final, post
from alerts.simulation.services.faults import Endpoint, Fault
from alerts.simulation.services.inbox import Inbox
from tests.alerts.receivers.conftest import Build
from tests.alerts.receivers.outbreak import NOTIFIED, told
from tests.patience import PATIENCE_S

ENDPOINT: dict[str, Endpoint] = {"slack": "slack", "pagerduty": "pagerduty", "webhook": "webhook", "email": "smtp"}
GARBAGE: tuple[Fault, ...] = (
    "web_page", "broken_json", "empty", "redirect", "noise", "server_error", "cut_before", "cut_in_answer", "slow",
    "rate_limited",
)  # fmt: skip
OUTAGE_S = 120.0
NOW = 1_800_000_000.0
ANYWHERE = re.compile(".*")
# An empty answer is a webhook's usual receipt.
CASES = [(kind, fault) for kind in sorted(ENDPOINT) for fault in GARBAGE if (kind, fault) != ("webhook", "empty")]


class Chain:
    """The outbox and its receivers, and a clock that goes from one thing that is due to the next."""

    def __init__(self, receivers: Mapping[str, Receiver]) -> None:
        self.receivers = dict(receivers)
        self.outbox = Outbox(receivers, chance=lambda: 1.0)
        self.outbox.start(0)
        self.now = NOW
        self.outcomes: list[tuple[str, str]] = []
        self.escalated: list[Unreachable] = []

    def intend(self, *deliveries: Delivery) -> None:
        for delivery in deliveries:
            self.outbox.take(replace(delivery, decided_at=self.now), self.now)

    async def run_until(self, end: float) -> None:
        while self.now <= end:
            self.outbox.superseded(self.now)
            for receiver in self.receivers.values():
                while (attempt := self.outbox.claim(receiver.id, self.now)) is not None:
                    try:
                        receipt = await receiver.send(attempt.delivery, earlier=attempt.earlier, repeat=attempt.repeat)
                    except DeliveryError as error:
                        count_failed(attempt.delivery, error)
                        self.outbox.failed(attempt, error, self.now)
                        self.outcomes.append((attempt.delivery.id, error.outcome))
                    else:
                        count_sent(attempt.delivery, 0.0, self.now, repeat=attempt.repeat)
                        self.outbox.sent(attempt, receipt, self.now)
                        self.outcomes.append((attempt.delivery.id, "sent"))
            self.outbox.overdue(self.now)
            self.now += 1.0
        for unreachable in self.outbox.unreachable:
            count_unreachable(unreachable.delivery, unreachable.detail)
        self.escalated += self.outbox.unreachable
        self.outbox.unreachable.clear()


@pytest.mark.parametrize(("kind", "fault"), CASES)
async def test_a_receiver_that_answers_garbage_for_two_minutes_loses_nothing_and_all_is_said(
    kind: str, fault: Fault, inbox: Inbox, build: Build
):
    receiver = build(kind, timeout_s=0.2)
    chain = Chain({receiver.id: receiver})
    page = told(NOTIFIED, receiver=receiver.id)
    other = replace(page, id="d-other", incident=replace(NOTIFIED, id="northside-other"))
    inbox.faults.fail_until_mended(ENDPOINT[kind], fault)
    chain.intend(page, other)

    with capture_logs() as log:
        await chain.run_until(NOW + OUTAGE_S)
        inbox.faults.mended(ENDPOINT[kind])
        chain.receivers[receiver.id] = build(kind)
        await chain.run_until(NOW + OUTAGE_S + 60)

    ids = {page.id, other.id}
    assert {(each, outcome) for each, outcome in chain.outcomes if outcome in {"sent", "refused"}} == {
        (each, "sent") for each in ids
    }
    assert chain.outbox.pending(receiver.id) == 0
    assert arrived(inbox, kind) == 2
    # Each failed attempt has a line, and each page went to the next step once.
    assert len([entry for entry in log if entry["event"] == "delivery not taken"]) == len(
        [outcome for _, outcome in chain.outcomes if outcome != "sent"]
    )
    escalated = [entry for entry in log if entry["event"].startswith("page cannot be delivered")]
    assert len(escalated) == 2
    assert all(entry["log_level"] == "error" and entry["error"] for entry in escalated)
    assert {each.delivery.id for each in chain.escalated} == ids


@pytest.mark.parametrize("kind", ["webhook", "email"])
async def test_a_page_that_comes_twice_comes_under_one_id_also_after_a_restart(kind: str, inbox: Inbox, build: Build):
    receiver = build(kind)
    chain = Chain({receiver.id: receiver})
    page = told(NOTIFIED, receiver=receiver.id)
    inbox.faults.fail_next(ENDPOINT[kind], "cut_after", 2)
    chain.intend(page)
    await chain.run_until(NOW + 1)

    restarted = Chain({receiver.id: build(kind)})
    restarted.intend(page)
    await restarted.run_until(NOW + 1)

    # It was taken three times; the other side knows the second and third by their id.
    repeats = inbox.webhook.repeats if kind == "webhook" else inbox.smtp.repeats
    assert (len(inbox.store.received()), repeats) == (1, 2)


async def test_while_one_receiver_answers_garbage_the_others_are_told(inbox: Inbox, build: Build):
    hook, pager = build("webhook", timeout_s=0.3), build("pagerduty")
    chain = Chain({hook.id: hook, pager.id: pager})
    inbox.faults.fail_until_mended("webhook", "web_page")
    chain.intend(told(NOTIFIED, receiver=hook.id), told(NOTIFIED, receiver=pager.id))

    await chain.run_until(NOW + OUTAGE_S)

    assert [each.delivery.receiver for each in chain.escalated] == [hook.id]
    assert [item.channel for item in inbox.store.received()] == ["pagerduty"]


@pytest.mark.parametrize("kind", ["pagerduty", "webhook", "slack"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 451])
async def test_a_refusal_is_final_and_escalates_at_once(kind: str, status: int, build: Build, httpserver):
    httpserver.expect_request(ANYWHERE).respond_with_data("<html>no</html>", status=status, content_type="text/html")
    receiver = build(kind, url=httpserver.url_for("/"))
    chain = Chain({receiver.id: receiver})
    chain.intend(told(NOTIFIED, receiver=receiver.id))

    with capture_logs() as log:
        await chain.run_until(NOW)

    assert chain.outcomes == [(told(NOTIFIED, receiver=receiver.id).id, "refused")]
    assert len(chain.escalated) == 1
    assert [entry["log_level"] for entry in log] == ["error", "error"]


@pytest.mark.parametrize("kind", ["pagerduty", "webhook", "slack"])
@pytest.mark.parametrize("status", [203, 302, 307, 408, 425, 429, 500, 501, 503, 599])
async def test_all_else_that_is_no_receipt_is_tried_again(kind: str, status: int, build: Build, httpserver):
    httpserver.expect_request(ANYWHERE).respond_with_data("<html>?</html>", status=status, content_type="text/html")
    receiver = build(kind, url=httpserver.url_for("/"))

    with pytest.raises(DeliveryError) as caught:
        await receiver.send(told(NOTIFIED, receiver=receiver.id), earlier={}, repeat=False)

    assert caught.value.outcome in {"retry", "unknown"}


@pytest.mark.parametrize("body", ["", "ok", "OK\n", '{"received": true}', "<ok/>", "thanks, <b>bye</b>", "null"])
@pytest.mark.parametrize("content_type", ["text/html", "application/json", "text/plain"])
async def test_a_webhook_may_say_it_took_a_delivery_in_its_own_words(
    body: str, content_type: str, build: Build, httpserver
):
    httpserver.expect_request("/hook").respond_with_data(body, content_type=content_type)
    receiver = build("webhook", url=httpserver.url_for("/hook"))

    receipt = await receiver.send(told(NOTIFIED, receiver=receiver.id), earlier={}, repeat=False)

    assert receipt == {"webhook_id": told(NOTIFIED, receiver=receiver.id).id}


@pytest.mark.parametrize(
    "answer",
    [
        '{"ok": true}',
        '{"ok": true, "channel": 7, "ts": null}',
        '{"ok": false, "error": {"code": 1}}',
        '{"ok": false, "error": "<html>"}',
        '{"ok": false}',
        "[]",
        '["ok"]',
        "null",
        '"ok"',
        "true",
        "\\ud800",
        '{"ok": false, "error": "internal_error", "response_metadata": ["?"]}',
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/json; charset=nonsense"])
@pytest.mark.parametrize("repeat", [False, True])
async def test_an_answer_that_is_not_slacks_is_no_receipt(
    answer: str, content_type: str, *, repeat: bool, build: Build, httpserver
):
    httpserver.expect_request(ANYWHERE).respond_with_data(answer, content_type=content_type)
    receiver = build("slack", url=httpserver.url_for("/"))

    with pytest.raises(DeliveryError) as caught:
        await receiver.send(told(NOTIFIED), earlier={}, repeat=repeat)

    assert caught.value.outcome == "unknown"


@pytest.mark.parametrize("body", ["", "{}", "null", "[]", '{"status": "throttled"}', '"success"', '{"status": "succ'])
async def test_a_202_that_does_not_say_success_is_no_receipt_of_pagerduty(body: str, build: Build, httpserver):
    httpserver.expect_request(ANYWHERE).respond_with_data(body, status=202, content_type="application/json")
    receiver = build("pagerduty", url=httpserver.url_for("/"))

    with pytest.raises(DeliveryError) as caught:
        await receiver.send(told(NOTIFIED, receiver=receiver.id), earlier={}, repeat=False)

    assert caught.value.outcome == "unknown"


async def test_an_answer_without_an_end_is_read_up_to_a_bound(httpserver):
    httpserver.expect_request("/hook").respond_with_data("x" * 10_000_000)

    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        answer = await post(client, httpserver.url_for("/hook"), b"{}", {}, whom="hook", limit_s=30.0)

    assert len(answer.body) == 64 * 1024


def test_what_a_receiver_said_is_kept_up_to_a_bound():
    error = DeliveryError("no\n" * 1_000_000, outcome="retry")

    assert len(str(error)) == LONGEST_DETAIL
    assert "\n" not in str(error)


@given(st.text(max_size=40) | st.from_regex(r"[0-9²³١-٩.+-]{1,400}") | st.datetimes().map(str))
def test_a_wait_that_is_asked_for_in_any_words_is_none_or_not_negative(stated: str):
    asked_s = asked_to_wait_s(stated, NOW)

    assert asked_s is None or asked_s >= 0


@given(st.integers(100, 999))
def test_of_all_statuses_only_a_4xx_may_be_final(status: int):
    assert is_final(status) == (status // 100 == 4 and status not in {408, 425, 429})


def arrived(inbox: Inbox, kind: str) -> int:
    """Count what a person would notice."""
    if kind == "pagerduty":
        return sum(alert.rings for alert in inbox.pagerduty.alerts.values())
    return len([item for item in inbox.store.received() if item.what != "chat.update"])
