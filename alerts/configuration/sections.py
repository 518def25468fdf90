"""The sections of ``tocsin.yml``, each setting with its default and its reason.

Every scalar can also be set by an environment variable ``TOCSIN_SECTION__KEY``, and a secret by
``TOCSIN_SECTION__KEY_FILE`` or ``key_file:``, the path of a file that holds it.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

from alerts.configuration.durations import Duration
from alerts.configuration.languages import Languages
from alerts.receivers.email.settings import SmtpService
from alerts.receivers.pagerduty.settings import PagerDutyService
from alerts.receivers.slack.settings import SlackService

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,63}$")]
Port = Annotated[int, Field(ge=0, le=65535)]


class Section(BaseModel):
    """A part of the configuration: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KafkaSection(Section):
    """Where Kafka is and how Tocsin uses it."""

    brokers: tuple[str, ...] = Field(("localhost:9092",), min_length=1, description="Addresses, host:port.")
    topic_prefix: str = Field("", description="Put before the name of every topic.")
    group: str = Field("tocsin", description="Prefix of the consumer groups.")
    partitions: int = Field(4, ge=1, description="Partitions of topics that Tocsin creates.")
    replication: int = Field(1, ge=1, description="Copies of each topic that Tocsin creates; 3 in production.")
    session_timeout_s: Duration = Field(20.0, description="A worker silent for so long loses its partitions.")
    accept_replaced_topics: bool = Field(
        False, description="Read a topic that was made anew, or lost its end, from its beginning; for one start alone."
    )


class IngestSection(Section):
    """Stage 1: bins and flushes."""

    bin_s: int = Field(60, ge=10, le=3600, description="Length of a bin, seconds.")
    lateness_s: int = Field(60, ge=0, description="How long after its end a bin still takes mentions, seconds.")
    flush_s: Duration = Field(1.0, description="How often snapshots go to the watch stage.")
    learn_from_marks: bool = Field(True, description="Whether officers' marks on posts correct their brand's scores.")
    remembered_ids: int = Field(
        1_000_000, ge=1_000, le=50_000_000,
        description="Ids remembered for a day, of each partition of mentions, to drop repeats; 20 bytes each.",
    )  # fmt: skip


class WatchSection(Section):
    """Stage 2: its state."""

    store: Annotated[Duration, Field(ge=1)] = Field(
        120.0, description="How often the state of a brand is stored that is spoken of; a start reads so far back."
    )


class StepSection(Section):
    """One escalation step."""

    notify: tuple[Identifier, ...] = Field(min_length=1)
    after: Duration = 0.0


class PolicySection(Section):
    """Who is told, in which order."""

    id: Identifier
    steps: tuple[StepSection, ...] = Field(min_length=1)
    repeat: int = Field(0, ge=0, le=20, description="More rounds when the last went unanswered.")
    acknowledgement_expires: Duration = Field(4 * 3600.0, description="An acknowledgement runs out after this.")
    cool_down: Duration = Field(6 * 3600.0, description="A relapse within this time re-opens the incident.")


class BrandSection(Section):
    """One watched brand."""

    id: Identifier
    name: str = Field(min_length=1)
    query: str = Field(min_length=1)
    languages: Languages = ()
    false_pages_per_week: float = Field(0.25, gt=0, le=50)
    floor: int = Field(8, ge=1)
    policy: Identifier = "default"


class ReceiverSection(Section):
    """One receiver: an id, and under the name of its kind the kind's own settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Identifier

    @property
    def kinds(self) -> dict[str, Any]:
        """What stands beside the id: exactly one kind, where the section is right."""
        return dict(self.model_extra or {})


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


class LinksSection(Section):
    """The signed links."""

    keys: Annotated[tuple[SecretStr, ...], BeforeValidator(_words)] = Field(
        (), description="Signing keys, newest first; older ones are still read. In a file: one a line."
    )
    expire: Duration = Field(7 * 86400.0, description="A link runs out after this.")


def _web_address(value: SecretStr) -> SecretStr:
    # Checked by hand: pydantic's own message would show the secret.
    if not re.fullmatch(r"https?://[^\s/]\S*", value.get_secret_value()):
        raise ValueError("must be a web address without spaces, such as https://hc-ping.com/UUID")
    return value


class DeadManSection(Section):
    """The service outside that calls when it hears nothing of Tocsin any more."""

    url: Annotated[SecretStr, AfterValidator(_web_address)] = Field(description="Asked by GET while all is well.")
    every: Annotated[Duration, Field(ge=60)] = Field(60.0, description="How often; at least a minute.")
    authorization: SecretStr | None = Field(None, description="Value of the header, e.g. GenieKey … for Opsgenie.")


class WebSection(Section):
    """Where ``tocsin web`` listens."""

    host: str = "127.0.0.1"
    port: Port = 8080
    webhook_secret: SecretStr | None = Field(None, description="Signs mentions sent to /mentions; whsec_… of base64.")


class MetricsSection(Section):
    """Where ``tocsin worker`` serves ``/metrics``."""

    host: str = "127.0.0.1"
    port: Port = 9101


__all__ = [
    "BrandSection",
    "DeadManSection",
    "Identifier",
    "IngestSection",
    "KafkaSection",
    "LinksSection",
    "MetricsSection",
    "PagerDutyService",
    "PolicySection",
    "ReceiverSection",
    "Section",
    "SlackService",
    "SmtpService",
    "StepSection",
    "WebSection",
]
