"""The ``tocsin.yml`` of a run: its brands, and the strict fakes as every receiver."""

from pathlib import Path

import yaml

from alerts.incidents.policy import Policy, Step
from alerts.simulation.services.inbox import ROUTING_KEY, SIGNING_SECRET, SLACK_TOKEN, WEBHOOK_SECRET, Inbox
from streams.kafka.settings import KafkaSettings
from tests.soak.talk import BIN_S, LATENESS_S, brands

CHAT, PAGER, HOOK, LATER = "chat", "pager", "hook", "later"
WAKES = {CHAT: False, PAGER: True, HOOK: False, LATER: True}
ESCALATES_AFTER_S = 600.0
"""Longer than a run: whoever hears of it in the second step hears of an incident that somebody has taken."""
POLICY = Policy(steps=(Step(notify=(CHAT, PAGER, HOOK)), Step(notify=(LATER,), after_s=ESCALATES_AFTER_S)))


def write_settings(folder: Path, kafka: KafkaSettings, inbox: Inbox, web_port: int) -> Path:
    """Write the file, and return its path."""
    path = folder / "tocsin.yml"
    settings = {
        "kafka": {
            "brokers": list(kafka.brokers),
            "topic_prefix": kafka.topic_prefix,
            "group": kafka.group,
            "partitions": kafka.partitions,
            "session_timeout_s": kafka.session_timeout_s,
        },
        "public_url": f"http://127.0.0.1:{web_port}",
        "web": {"port": web_port},
        "links": {"keys": ["a key for the soak alone"]},
        "metrics": {"port": 0},
        "ingest": {"bin_s": BIN_S, "lateness_s": LATENESS_S},
        "slack": {"token": SLACK_TOKEN, "signing_secret": SIGNING_SECRET, "base_url": inbox.slack_base_url},
        "pagerduty": {"base_url": inbox.pagerduty_base_url},
        "smtp": {"host": "127.0.0.1", "port": inbox.smtp_port, "security": "none"},
        "brands": [{"id": b.id, "name": b.name, "query": b.query} for b in brands()],
        "policies": [
            {"id": "default", "steps": [{"notify": list(s.notify), "after": s.after_s} for s in POLICY.steps]}
        ],
        "receivers": [
            {"id": CHAT, "slack": {"channel": "#crisis"}},
            {"id": PAGER, "pagerduty": {"routing_key": ROUTING_KEY}},
            {"id": HOOK, "webhook": {"url": inbox.webhook_url, "secret": WEBHOOK_SECRET}},
            {"id": LATER, "email": {"to": "chief@soak.invalid"}},
        ],
    }
    path.write_text(yaml.safe_dump(settings))
    return path
