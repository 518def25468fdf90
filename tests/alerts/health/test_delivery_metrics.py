"""The log and the metrics say of a delivery why, by the word that stands on its record."""

import pytest
from msgspec.structs import replace
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from alerts.deliveries.reason import WAITS, Reason
from alerts.errors import DeliveryError
from alerts.health.delivery_metrics import (
    OUTCOMES,
    count_failed,
    count_sent,
    count_settled_unsent,
    count_unreachable,
    count_waiting,
)
from alerts.health.initial_metrics import begin_at_zero
from tests.alerts.deliveries.intended import delivery


def counted(receiver: str) -> dict[tuple[str, str], float]:
    """Return what was counted of a receiver that one test has for itself, by outcome and reason."""
    return {
        (sample.labels["outcome"], sample.labels["reason"]): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == "tocsin_deliveries_total" and sample.labels["receiver"] == receiver and sample.value
    }


def test_a_superseded_delivery_is_told_with_its_reason():
    with capture_logs() as log:
        count_settled_unsent(replace(delivery(2, "m1"), state="superseded", reason=Reason.NEWER_PAGE))

    assert counted("m1") == {("superseded", "newer_page"): 1}
    assert [(entry["event"], entry["reason"]) for entry in log] == [("delivery superseded", "newer_page")]


def test_a_delivery_that_is_given_up_is_an_error_with_its_reason():
    with capture_logs() as log:
        count_settled_unsent(replace(delivery(2, "m2"), state="failed", reason=Reason.DAY_OVER, error="503"))

    assert counted("m2") == {("given_up", "day_over"): 1}
    assert [(entry["log_level"], entry["reason"], entry["error"]) for entry in log] == [("error", "day_over", "503")]


def test_a_page_that_goes_to_the_next_step_says_why_and_what_it_waits_for():
    with capture_logs() as log:
        count_unreachable(replace(delivery(2, "m3"), escalated=Reason.TOO_LONG), "not taken", Reason.ASKED_TO_WAIT)

    assert counted("m3") == {("unreachable", "too_long"): 1}
    assert [(entry["reason"], entry["waits_for"]) for entry in log] == [("too_long", "asked_to_wait")]


def test_a_failed_attempt_is_told_with_its_reason():
    with capture_logs() as log:
        count_failed(delivery(2, "m4"), DeliveryError("429", outcome="retry", retry_after_s=5))

    assert counted("m4") == {("retry", "asked_to_wait"): 1}
    assert [(entry["log_level"], entry["reason"]) for entry in log] == [("warning", "asked_to_wait")]


def test_a_repeat_is_told_with_its_reason_and_a_first_attempt_has_none():
    tried_before = replace(delivery(2, "m5"), reason=Reason.NOT_TAKEN)
    with capture_logs() as log:
        count_sent(tried_before, 0.1, 0.0, repeat=False)
        count_sent(replace(tried_before, reason=Reason.INTERRUPTED), 0.1, 0.0, repeat=True)

    assert counted("m5") == {("sent", ""): 1, ("sent", "interrupted"): 1}
    assert [(entry["event"], entry["reason"]) for entry in log] == [("delivery repeated", "interrupted")]


def test_what_nothing_waits_for_any_more_goes_to_zero():
    count_waiting("m6", {Reason.THROTTLED: 2, Reason.IN_TURN: 1})
    count_waiting("m6", {Reason.THROTTLED: 1})

    values = {
        reason: REGISTRY.get_sample_value("tocsin_deliveries_waiting", {"receiver": "m6", "reason": reason})
        for reason in WAITS
    }
    assert values == dict.fromkeys(WAITS, 0.0) | {Reason.THROTTLED: 1.0}
    assert REGISTRY.get_sample_value("tocsin_deliveries_pending", {"receiver": "m6"}) == 1.0


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_reason_of_an_outcome_is_there_before_anything_is_counted(outcome):
    begin_at_zero(["m7"])

    labels = {"receiver": "m7", "purpose": "page", "outcome": outcome}
    assert all(
        REGISTRY.get_sample_value("tocsin_deliveries_total", labels | {"reason": reason}) == 0.0
        for reason in OUTCOMES[outcome]
    )
