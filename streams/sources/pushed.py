"""What a source is whose upstream posts to ``tocsin web`` by itself: it reads what comes, and asks nobody."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from streams.errors import StreamsError
from streams.sources.source import Batch


class PushRefusedError(StreamsError):
    """A push that is not taken.

    Parameters
    ----------
    message
        What is wrong with it; whoever has sent it reads this.
    status
        HTTP status of the answer.
    data
        What is kept of it in the dead letters: of a sender that has proved who it is alone.
    reason
        As in ``BadMentionError``.
    """

    def __init__(self, message: str, *, status: int, data: bytes = b"", reason: str = "json") -> None:
        super().__init__(message)
        self.status = status
        self.data = data
        self.reason = reason


class Push(Struct, frozen=True, kw_only=True):
    """One request.

    Parameters
    ----------
    body
        Unpacked.
    headers
        By name in lower case.
    """

    body: bytes
    headers: Mapping[str, str]


class PushedSource(Protocol):
    """One source, of one configuration. It keeps the mapping of its documents, and nothing else: it has no state."""

    @property
    def id(self) -> str:
        """Its id in ``tocsin.yml``."""

    @property
    def kind(self) -> str:
        """The name of its folder."""

    @property
    def secret(self) -> str:
        """What stands in the address that upstream posts to, and lets it in."""

    def read(self, push: Push) -> Batch:
        """Return what a push says; its position means nothing, for nobody can be asked for what was before.

        Raises
        ------
        PushRefusedError
            Where the whole of it cannot be read, or does not come from whom it says.
        """
