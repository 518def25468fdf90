"""Verdicts and commands of one brand, as the tests of incidents need them."""

from typing import Any

from alerts.incidents.command import Command
from alerts.incidents.policy import Policy, Step
from detectors.verdict import Verdict, verdict_id

RANG = 1310483040
"""12 July 2011, 15:04 UTC."""
NOW = 1_800_000_000.0
"""Wall time in the worker when it rang."""
POLICY = Policy(
    id="comms",
    steps=(Step(notify=("slack", "pager")), Step(notify=("chief",), after_s=600.0)),
    repeat=1,
    ack_expires_s=3600.0,
    cool_down_s=6 * 3600.0,
)
WAKES = {"slack": False, "pager": True, "chief": False}


def verdict(after_s: int = 0, **fields: Any) -> Verdict:
    """Return a verdict ``after_s`` seconds after ``fired_at``."""
    fired_at = fields.pop("fired_at", RANG)
    at = fired_at + after_s
    given: dict[str, Any] = {
        "brand": "northside", "kind": "crisis", "phase": "ringing", "severity": "warning", "fired_at": fired_at,
        "at": at, "bin": at - at % 60, "began_at": fired_at - 240, "peak_bin": at - at % 60, "seen": 40,
        "expected": 3.0, "negative_share": 0.9, "expected_negative_share": 0.2, "score": 20.0, "threshold": 9.0,
        "reason": "40 mentions in a minute where 3 are ordinary.", "mentions_total": 100,
    }  # fmt: skip
    given |= fields
    given.setdefault("id", verdict_id(given["brand"], at, given["kind"], given["phase"]))
    return Verdict(**given)


def command(kind: str, number: int = 1, **fields: Any) -> Command:
    """Return a command on the incident that ``verdict()`` opens."""
    given: dict[str, Any] = {
        "id": f"c-{kind}-{number}", "type": kind, "brand": "northside", "at": NOW, "by": "ada",
        "incident": "northside-20110712T150400Z",
    }  # fmt: skip
    return Command(**(given | fields))
