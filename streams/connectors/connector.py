"""What every connector is: a name, and mentions in order."""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from streams.errors import BadMentionError, StreamsError
from streams.mention import Mention


class ConnectorError(StreamsError):
    """A source that cannot be read (any further); the message names the file and line."""


class Refused(Struct, frozen=True, kw_only=True):
    """Something that was read and is no mention.

    Parameters
    ----------
    origin
        Where it stood, for a person: ``FILE:LINE``.
    reason
        A short, stable word, as in ``BadMentionError``.
    detail
        What was wrong.
    data
        As it was read.
    """

    origin: str
    reason: str
    detail: str
    data: bytes

    @classmethod
    def because(cls, error: BadMentionError, origin: str, data: bytes) -> "Refused":
        """Return the description of a record that broke the schema."""
        return cls(origin=origin, reason=error.reason, detail=error.detail, data=data)


class Connector(Protocol):
    """A source of mentions.

    ``name`` labels the metrics. ``read`` yields what the source holds, in its own order and at its own pace; a bad
    record is yielded as ``Refused`` and never ends it. It raises ``ConnectorError`` where the source itself fails.
    """

    @property
    def name(self) -> str:
        """A short word for the metrics."""

    def read(self) -> Iterator[Mention | Refused]:
        """Yield everything, in order."""
