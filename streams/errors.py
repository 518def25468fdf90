"""What can go wrong between a mention and its verdict."""

from detectors.errors import TocsinError


class StreamsError(TocsinError):
    """A failure of this package; the message says where and what to do."""


class BadMentionError(StreamsError):
    """A record that breaks the mention's schema.

    Parameters
    ----------
    reason
        A short, stable word for the metric and the dead letter's header, e.g. ``json``, ``schema``, ``future``.
    detail
        What was wrong, for a person.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class RecordTooLargeError(StreamsError):
    """A record that Kafka does not take, and that has no smaller form; nothing of its batch was sent."""


class QueryError(StreamsError):
    """A brand's query that cannot be used: bad syntax, or one that matches everything."""


class KafkaUnavailableError(StreamsError):
    """Kafka could not be reached, or refused what was asked of it; the message names the address."""


class KafkaRefusedError(KafkaUnavailableError):
    """Kafka is there but refuses us, or something that we must do; retrying changes nothing."""


class ChangelogError(StreamsError):
    """A changelog could not be read to its end; reading it is begun again."""
