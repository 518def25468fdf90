"""The ``tocsin.yml`` of the demo: what is watched, and the simulated inbox as every receiver."""

from collections.abc import Sequence
from typing import Any

from alerts.simulation.services.inbox import ROUTING_KEY, SIGNING_SECRET, SLACK_TOKEN, Inbox
from streams.brand import Brand
from streams.kafka.settings import KafkaSettings

CHANNEL = "#crisis"
ESCALATES_AFTER = "2m"
"""Wall time: long enough to read and press, short enough to see the second step come when nobody does."""


def demo_settings(
    brands: Sequence[Brand], kafka: KafkaSettings, inbox: Inbox, *, web_port: int, key: str
) -> dict[str, Any]:
    """Return the configuration as it is written to the file.

    Parameters
    ----------
    inbox
        Running, in place of Slack, PagerDuty and the mail server.
    key
        Signs the links; a new one for each run.
    """
    return {
        "kafka": {
            "brokers": list(kafka.brokers),
            "group": kafka.group,
            "partitions": kafka.partitions,
            "session_timeout_s": kafka.session_timeout_s,
        },
        "public_url": f"http://127.0.0.1:{web_port}",
        "web": {"port": web_port},
        "links": {"keys": [key]},
        "slack": {"token": SLACK_TOKEN, "signing_secret": SIGNING_SECRET, "base_url": inbox.slack_base_url},
        "pagerduty": {"base_url": inbox.pagerduty_base_url},
        "smtp": {"host": "127.0.0.1", "port": inbox.smtp_port, "security": "none"},
        "brands": [
            {
                "id": brand.id,
                "name": brand.name,
                "query": brand.query,
                "floor": brand.floor,
                "false_pages_per_week": brand.false_pages_per_week,
                "policy": "comms",
            }
            for brand in brands
        ],
        "policies": [
            {
                "id": "comms",
                "steps": [
                    {"notify": ["slack-crisis", "pager"]},
                    {"after": ESCALATES_AFTER, "notify": ["chief-executive"]},
                ],
            }
        ],
        "receivers": [
            {"id": "slack-crisis", "slack": {"channel": CHANNEL}},
            {"id": "pager", "pagerduty": {"routing_key": ROUTING_KEY}},
            {"id": "chief-executive", "email": {"to": "chief@film-rental.invalid"}},
        ],
    }
