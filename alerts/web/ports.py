"""What the web process needs of the outside; the adapters to Kafka and Slack fit these."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from alerts.incidents.command import Command
from alerts.incidents.incident import Incident
from streams.mention import Mention


class IncidentStore(Protocol):
    """The newest state of each incident, from the topic ``incidents``."""

    def get(self, incident_id: str) -> Incident | None:
        """Return an incident, or ``None`` where it is not known (yet)."""
        ...

    async def wait_for(
        self, incident_id: str, satisfied: Callable[[Incident], bool], timeout_s: float
    ) -> Incident | None:
        """Return the incident as soon as it satisfies, at once where it already does; ``None`` after the time-out."""
        ...

    def missing(self) -> tuple[str, ...]:
        """Say what is missing before it can be relied on, a clause each; empty when it is ready."""
        ...

    def failed(self) -> str:
        """Say why it will never be ready again without a restart; empty while that may still be."""
        ...


SendCommand = Callable[[Command], Awaitable[None]]
"""Put a command on its topic, and return when Kafka has it. Raises ``TocsinError`` where it cannot."""

MentionSink = Callable[[Sequence[Mention]], Awaitable[None]]
"""Put mentions on their topic, and return when Kafka has them. Raises ``TocsinError`` where it cannot."""


class Answer(Struct, frozen=True, kw_only=True):
    """An HTTP answer: status, body and its type."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"


class SlackInteractions(Protocol):
    """Answers Slack's interactions."""

    async def __call__(self, headers: Mapping[str, str], body: bytes, /) -> Answer:
        """Answer one from its headers (names in small letters) and its raw body."""
        ...

    async def close(self) -> None:
        """Release the connections."""
        ...
