"""What a source is whose upstream posts to ``tocsin web`` by itself: it reads what comes, and asks nobody."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from msgspec import Struct

from streams.errors import StreamsError
from streams.sources.http import HttpClient
from streams.sources.source import Batch, Problem


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
    query
        What stands behind the address.
    """

    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str] = {}


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


@runtime_checkable
class Subscribes(Protocol):
    """A source that is pushed only after it has asked for it, and as long as it goes on asking."""

    async def check(self, http: HttpClient) -> list[Problem]:
        """Tell whom it would ask; changes nothing."""

    async def subscribe(self, http: HttpClient, callback: str) -> None:
        """Ask, and ask again in time, until it is cancelled.

        Parameters
        ----------
        callback
            The address of the source, with its secret.
        """

    def verify(self, query: Mapping[str, str]) -> str | None:
        """Return what answers the question whether it has asked; ``None`` where it has not."""

    def says(self) -> str:
        """Tell how far it has come, for a person."""
