"""The sections of ``tocsin.yml``, each setting with its default and its reason.

Every scalar can also be set by an environment variable ``TOCSIN_SECTION__KEY``, and a secret by
``TOCSIN_SECTION__KEY_FILE`` or ``key_file:``, the path of a file that holds it.
"""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from alerts.configuration.kafka_access import Brokers, KafkaAccess
from alerts.configuration.kinds import Identifier, KindOfReceiver, KindOfSource
from alerts.configuration.languages import Languages
from alerts.receivers.email.settings import SmtpService
from alerts.receivers.pagerduty.settings import PagerDutyService
from alerts.receivers.slack.settings import SlackService
from alerts.receivers.webhook.settings import WebhookSettings
from alerts.time_zones import known_zone
from streams.durations import Duration, between

TimeZone = Annotated[str, BeforeValidator(lambda value: known_zone(str(value)))]
Port = Annotated[int, Field(ge=0, le=65535)]


def _host(value: str) -> str:
    if not value or re.search(r"[\s/]", value):
        raise ValueError(f"must be an address without http:// and port, such as 127.0.0.1; it is {value[:60]!r}")
    return value


Host = Annotated[str, AfterValidator(_host)]


class Section(BaseModel):
    """A part of the configuration: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KafkaSection(KafkaAccess):
    """Where Kafka is and how Tocsin uses it."""

    brokers: Brokers = Field(("localhost:9092",), min_length=1, description="Addresses, host:port.")
    topic_prefix: str = Field("", description="Put before the name of every topic.")
    group: str = Field("tocsin", description="Prefix of the consumer groups.")
    partitions: int = Field(4, ge=1, le=10_000, description="Partitions of topics that Tocsin creates.")
    replication: int = Field(1, ge=1, le=32, description="Copies of each topic that Tocsin creates; 3 in production.")
    session_timeout_s: Annotated[Duration, between("1s", "30m")] = Field(
        20.0, description="A worker silent for so long loses its partitions."
    )
    accept_replaced_topics: bool = Field(
        False, description="Read a topic that was made anew, or lost its end, from its beginning; for one start alone."
    )


class IngestSection(Section):
    """Stage 1: bins and flushes."""

    bin_s: int = Field(60, ge=10, le=3600, description="Length of a bin, seconds.")
    lateness_s: int = Field(
        60, ge=0, le=86_400, description="How long after its end a bin still takes mentions, seconds."
    )
    flush_s: Annotated[Duration, between("0.05s", "1m")] = Field(
        1.0, description="How often snapshots go to the watch stage."
    )
    learn_from_marks: bool = Field(True, description="Whether officers' marks on posts correct their brand's scores.")
    remembered_ids: int = Field(
        1_000_000, ge=1_000, le=50_000_000,
        description="Ids remembered for a day, of each partition of mentions, to drop repeats; 20 bytes each.",
    )  # fmt: skip


class WatchSection(Section):
    """Stage 2: its state."""

    store: Annotated[Duration, between("1s", "1h")] = Field(
        120.0, description="How often the state of a brand is stored that is spoken of; a start reads so far back."
    )


_Kept = Annotated[Duration, Field(ge=60)]


class RetentionSection(Section):
    """How long what people wrote is kept; see docs/data-protection.md."""

    posts: _Kept = Field(7 * 86400.0, description="Mentions and what is made of them, but for incidents.")
    evidence: _Kept = Field(90 * 86400.0, description="Texts and authors in incidents, which stay without them.")
    erased: _Kept = Field(400 * 86400.0, description="Hashes of what was erased or taken down, so that it stays away.")
    superseded: _Kept = Field(86400.0, description="What was replaced or deleted in compacted topics.")


class StepSection(Section):
    """One escalation step."""

    notify: tuple[Identifier, ...] = Field(min_length=1)
    after: Annotated[Duration, between("0s", "7d")] = Field(
        0.0, description="How long after the step before, if nobody has taken it."
    )


class PolicySection(Section):
    """Whom to notify, in which order."""

    id: Identifier
    steps: tuple[StepSection, ...] = Field(min_length=1)
    repeat: int = Field(0, ge=0, le=20, description="More rounds when the last went unanswered.")
    acknowledgement_expires: Annotated[Duration, between("1s", "7d")] = Field(
        4 * 3600.0, description="An acknowledgement runs out after this."
    )
    cool_down: Annotated[Duration, between("0s", "30d")] = Field(
        6 * 3600.0, description="A relapse within this time re-opens the incident."
    )


class BrandSection(Section):
    """One watched brand."""

    id: Identifier
    name: str = Field(min_length=1, max_length=200)
    query: str = Field(min_length=1, max_length=100_000)
    languages: Languages = ()
    false_pages_per_week: float = Field(0.25, gt=0, le=50, allow_inf_nan=False)
    floor: int = Field(8, ge=1, le=1_000_000)
    policy: Identifier = "default"
    peers: tuple[Identifier, ...] = Field(
        (), max_length=20, description="Ids of watched brands with which its incidents are compared."
    )
    time_zone: TimeZone | None = Field(None, description="In which its people read moments; UTC where none is stated.")


class ReceiverSection(KindOfReceiver):
    """One receiver: an id, and under the name of its kind the kind's own settings."""

    time_zone: TimeZone | None = Field(None, description="In which its person reads moments; the brand's by default.")


class SourceSection(KindOfSource):
    """One source that Tocsin listens to: an id, and under the name of its kind the kind's own settings."""

    keep: Literal["matched", "all"] = Field(
        "matched", description="What goes into Kafka: what matches some brand's query, or all that is heard."
    )
    keep_texts: _Kept | None = Field(
        None, description="How long its texts and authors stay in incidents; no longer than retention.evidence."
    )


class ListenSection(Section):
    """``tocsin listen``."""

    contact: str = Field(
        "", max_length=200, description="How upstream reaches you, a mail or web address; sent with each request."
    )


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


class LinksSection(Section):
    """The signed links."""

    keys: Annotated[tuple[SecretStr, ...], BeforeValidator(_words)] = Field(
        (), description="Signing keys, newest first; older ones are still read. In a file: one a line."
    )
    expire: Annotated[Duration, between("1s", "90d")] = Field(7 * 86400.0, description="A link runs out after this.")


def _web_address(value: SecretStr) -> SecretStr:
    # Checked by hand: pydantic's own message would show the secret.
    address = value.get_secret_value()
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    if not host or not re.fullmatch(r"https?://[^\s/]\S*", address):
        raise ValueError("must be a web address without spaces, such as https://hc-ping.com/UUID")
    return value


class DeadManSection(Section):
    """The health check outside that raises an alarm when Tocsin's pings stop."""

    url: Annotated[SecretStr, AfterValidator(_web_address)] = Field(description="Asked by GET while all is well.")
    every: Annotated[Duration, between("1m", "1h")] = Field(60.0, description="How often; at least a minute.")
    authorization: SecretStr | None = Field(
        None, description="Value of the header, e.g. Basic … for Jira Service Management."
    )


def _signing_secret(value: SecretStr) -> SecretStr:
    """Ask of the webhook in what is asked of those out."""
    try:
        return WebhookSettings.model_validate({"url": "https://example.org", "secret": value}).secret
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


def _contact(value: str) -> str:
    if value and not re.fullmatch(r"(mailto:)?[^@\s:/]+@[^@\s:/]+\.[^@\s:/]+|(https://|tel:)[^\s]+", value):
        raise ValueError(f"must be a mail address or one that begins with https://; it is {value[:60]!r}")
    return f"mailto:{value}" if "@" in value and not value.startswith(("mailto:", "https:", "tel:")) else value


class WebSection(Section):
    """Where ``tocsin web`` listens."""

    host: Host = "127.0.0.1"
    port: Port = 8080
    webhook_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = Field(
        None, description="Signs mentions sent to /mentions; whsec_… of base64."
    )
    security_contact: Annotated[str, AfterValidator(_contact)] = Field(
        "", description="Told by /.well-known/security.txt: a mail address, or a web address."
    )


class MetricsSection(Section):
    """Where ``/metrics`` is served: apart from the pages, for those who watch Tocsin and nobody else."""

    host: Host = "127.0.0.1"
    port: Port = Field(9101, description="Of tocsin worker.")
    web_port: Port = Field(9102, description="Of tocsin web.")
    listen_port: Port = Field(9103, description="Of tocsin listen.")


__all__ = [
    "BrandSection",
    "DeadManSection",
    "Identifier",
    "IngestSection",
    "KafkaSection",
    "LinksSection",
    "ListenSection",
    "MetricsSection",
    "PagerDutyService",
    "PolicySection",
    "ReceiverSection",
    "RetentionSection",
    "Section",
    "SlackService",
    "SmtpService",
    "SourceSection",
    "StepSection",
    "WebSection",
]
