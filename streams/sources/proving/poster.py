"""What can post and remove a mark by an account of a source's owner."""

from typing import Protocol, runtime_checkable

from msgspec import Struct

from streams.mention import Mention
from streams.sources.proving.settings import ProofSettings
from streams.sources.source import Problem


class Posted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post of ours.

    Parameters
    ----------
    mark
        What stands in it.
    id
        What its mention has as id, where upstream has answered with it, or it was heard.
    handle
        What upstream removes it by, where that is another.
    """

    mark: str
    id: str = ""
    handle: str = ""


class Poster(Protocol):
    """Posts as one account.

    Whatever asks upstream may raise ``SourceError`` and ``SourceUnavailableError``.
    """

    async def account(self) -> str:
        """Let us in, and return by what the account is known in mentions."""

    async def post(self, text: str, mark: str) -> Posted:
        """Post a text that has the mark in it, for everybody to see."""

    async def remove(self, posted: Posted) -> None:
        """Remove a post; one that is gone is no mistake."""

    def is_by(self, account: str, mention: Mention) -> bool:
        """Whether a mention is by the account, and not by who has copied it; asks nobody."""

    async def check(self) -> list[Problem]:
        """Tell as whom and where it would post (``as …``), or what keeps that from being heard; changes nothing."""


class ProofPlan(Struct, frozen=True, kw_only=True):
    """How a source is proven: by what, how often, within which time, and the text before the mark."""

    poster: Poster
    every_s: float
    within_s: float
    text: str


@runtime_checkable
class Provable(Protocol):
    """A source that can be proven to hear."""

    @property
    def proof(self) -> ProofPlan | None:
        """How; ``None`` where nobody has asked for it."""


def plan_of(settings: ProofSettings, poster: Poster) -> ProofPlan:
    """Return how a source is proven, as it is configured."""
    return ProofPlan(poster=poster, every_s=settings.every, within_s=settings.within, text=settings.text)
