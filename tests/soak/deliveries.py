"""Compares what reached the strict fakes with what the incidents' changes ask for."""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.planning import Nobody, planned
from alerts.incidents.incident import Incident
from alerts.receivers.pagerduty.message import dedup_keys
from alerts.simulation.services.inbox import Inbox
from tests.soak.settings import HOOK, PAGER, POLICY, WAKES


class Deliveries(Struct, frozen=True, kw_only=True):
    """What was asked for and never came, what came twice unmarked, and how many repeats were marked as such."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    repeats: int


def asked_for(told: Mapping[tuple[str, int], Incident]) -> dict[str, Delivery]:
    """Return the deliveries that each version of each incident leads to, by id."""
    return {
        delivery.id: delivery
        for incident in told.values()
        for delivery in planned(incident, POLICY, WAKES, Nobody(), incident.change.at)
    }


def judge_deliveries(told: Mapping[tuple[str, int], Incident], outcomes: Mapping[str, str], inbox: Inbox) -> Deliveries:
    """Compare what was asked for with what is settled, and with what lies at the fakes."""
    lost: list[str] = []
    hooked = {item.body["webhook_id"] for item in inbox.store.received("webhook")}
    for name, delivery in asked_for(told).items():
        what = f"{delivery.receiver}: {delivery.purpose} of {delivery.incident.id} version {delivery.incident.version}"
        outcome = outcomes.get(name, "not settled")
        if outcome not in {"sent", "superseded"}:
            lost.append(f"{what}: {outcome}")
        elif outcome == "sent" and delivery.receiver == HOOK and name not in hooked:
            lost.append(f"{what}: noted as sent, and never came")
    last = {name: told[name, version] for name, version in sorted(told)}
    lost += [
        f"{PAGER}: nobody was woken for {i.id}"
        for i in last.values()
        if i.paged and not _rang(i, inbox) and not _was_taken_first(i, outcomes, told)
    ]
    doubled = [
        f"{PAGER}: {alert.dedup_key} rang {alert.rings} times"
        for alert in inbox.pagerduty.alerts.values()
        if alert.rings > 1
    ]
    doubled += [f"{PAGER}: {name} rang" for name in inbox.pagerduty.alerts if name.partition("/")[0] not in last]
    doubled += [f"chat: {what} {count} times" for what, count in _slack(inbox).items() if count > 1]
    doubled += [f"later: {item.what}, though somebody had it" for item in inbox.store.received("email")]
    repeats = inbox.webhook.repeats
    return Deliveries(lost=tuple(sorted(lost)), doubled=tuple(sorted(doubled)), repeats=repeats)


def _was_taken_first(incident: Incident, outcomes: Mapping[str, str], told: Mapping[tuple[str, int], Incident]) -> bool:
    """Tell whether somebody took the incident before the pager could be reached: then nobody need be woken."""
    pages = [
        outcomes.get(name)
        for name, delivery in asked_for(told).items()
        if delivery.receiver == PAGER and delivery.purpose == "page" and delivery.incident.id == incident.id
    ]
    return bool(incident.acknowledged_by) and set(pages) == {"superseded"}


def _rang(incident: Incident, inbox: Inbox) -> bool:
    return all(key in inbox.pagerduty.alerts for key in dedup_keys(incident))


def _slack(inbox: Inbox) -> Counter[str]:
    """Count the messages in the channel by incident, and those in its thread by the change that they tell of."""
    counts: Counter[str] = Counter()
    for item in inbox.store.received("slack", "chat.postMessage"):
        payload = item.body["metadata"]["event_payload"]
        counts[f"{payload['incident']}: {payload['change'] if 'thread_ts' in item.body else 'the message'}"] += 1
    return counts
