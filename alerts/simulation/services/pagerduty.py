"""PagerDuty's Events API v2: takes events, folds them into alerts, and says which of them rang the phone.

Stricter than the published schema, as the real service is: a trigger needs its payload, an acknowledge and a
resolve need their ``dedup_key``.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

from aiohttp import web
from msgspec import Struct

from alerts.simulation.services.faults import Faults, faulty
from alerts.simulation.services.store import Store

EVENT_BYTES = 512 * 1024
_ACTIONS = ("trigger", "acknowledge", "resolve")
_SEVERITIES = ("critical", "warning", "error", "info")


class Alert(Struct, kw_only=True):
    """What PagerDuty holds for one ``dedup_key``.

    ``rings`` counts how often it woke somebody: a trigger rings where no alert of its key is open; all others
    are folded into the one that is.
    """

    dedup_key: str
    status: Literal["triggered", "acknowledged", "resolved"]
    summary: str
    severity: str
    at: float
    rings: int = 0
    events: int = 0
    client_url: str = ""


class SimulatedPagerDuty:
    """One account.

    Parameters
    ----------
    routing_keys
        The integrations that exist; every well-formed key where there are none.
    """

    def __init__(self, store: Store, now: Callable[[], float], *, routing_keys: frozenset[str] = frozenset()) -> None:
        self._store = store
        self._now = now
        self._routing_keys = routing_keys
        self.alerts: dict[str, Alert] = {}

    def routes(self, faults: Faults) -> list[web.RouteDef]:
        """Return the one route."""
        return [web.post("/v2/enqueue", faulty(faults, "pagerduty", self._enqueue))]

    async def _enqueue(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if len(raw) > EVENT_BYTES:
            return _refused("Event object exceeds 512KB", status=413)
        try:
            event = json.loads(raw)
        except json.JSONDecodeError:
            return _refused(
                "Event object format is unrecognized", "JSON parse error", status_name="Unrecognized object"
            )
        errors = list(complaints(event)) if isinstance(event, dict) else ["Event is not an object"]
        if not errors and self._routing_keys and event["routing_key"] not in self._routing_keys:
            errors = ["Invalid routing key"]
        if errors:
            return _refused("Event object is invalid", *errors)
        key = event.get("dedup_key") or hashlib.sha256(raw).hexdigest()[:32]
        fired = self._take(key, event)
        await self._store.add("pagerduty", event["event_action"], {**event, "dedup_key": key, "rang": fired})
        answer = {"status": "success", "message": "Event processed", "dedup_key": key}
        return web.json_response(answer, status=202)

    def _take(self, key: str, event: dict[str, Any]) -> bool:
        alert = self.alerts.get(key)
        action = event["event_action"]
        if action == "trigger":
            fired = alert is None or alert.status == "resolved"
            if alert is None or fired:
                rings, events = (alert.rings, alert.events) if alert else (0, 0)
                alert = Alert(dedup_key=key, status="triggered", summary="", severity="", at=self._now())
                alert.rings, alert.events = rings + 1, events
                self.alerts[key] = alert
            alert.events += 1
            alert.summary, alert.severity = event["payload"]["summary"], event["payload"]["severity"]
            alert.client_url = event.get("client_url", alert.client_url)
            return fired
        if alert is not None and alert.status != "resolved":
            alert.events += 1
            alert.status = "acknowledged" if action == "acknowledge" else "resolved"
        return False


def complaints(event: dict[str, Any]) -> Iterator[str]:
    """Say what is wrong with an event, in PagerDuty's words; nothing where it is taken."""
    key = event.get("routing_key")
    if not isinstance(key, str) or not key:
        yield "'routing_key' is missing or blank"
    elif len(key) != 32:
        yield "Length of 'routing_key' is incorrect (should be 32 characters)"
    action = event.get("event_action")
    if not action:
        yield "'event_action' is missing or blank"
    elif action not in _ACTIONS:
        yield "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')"
    dedup_key = event.get("dedup_key")
    if action in {"acknowledge", "resolve"} and not dedup_key:
        yield "'dedup_key' is missing or blank"
    if dedup_key is not None and (not isinstance(dedup_key, str) or len(dedup_key) > 255):
        yield "'dedup_key' exceeds limit of 255 characters"
    if action == "trigger":
        yield from _trigger_complaints(event)


def _trigger_complaints(event: dict[str, Any]) -> Iterator[str]:
    payload = event.get("payload")
    if isinstance(payload, dict):
        yield from _payload_complaints(payload)
    else:
        yield "'payload' is missing or blank"
    for name, required in (("links", "href"), ("images", "src")):
        entries = event.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(e, dict) and e.get(required) for e in entries):
            yield f"'{name}' must be an array of objects with '{required}'"


def _payload_complaints(payload: dict[str, Any]) -> Iterator[str]:
    for name in ("summary", "source", "severity"):
        if not isinstance(payload.get(name), str) or not payload[name].strip():
            yield f"'payload.{name}' is missing or blank"
    if len(str(payload.get("summary") or "")) > 1024:
        yield "'payload.summary' exceeds limit of 1024 characters"
    if payload.get("severity") and payload["severity"] not in _SEVERITIES:
        yield ("'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')")
    if not isinstance(payload.get("custom_details", {}), dict | str):
        yield "'payload.custom_details' is not an object"


def _refused(message: str, *errors: str, status: int = 400, status_name: str = "invalid event") -> web.Response:
    return web.json_response({"status": status_name, "message": message, "errors": list(errors)}, status=status)
