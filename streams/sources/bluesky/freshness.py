"""Whether a host tells the present, or an old time as if it were the present. Pure.

``jetstream1.us-east`` has been seen to fall behind without an error. A replay is behind as well, but comes nearer; so a
host is stale that is far behind and comes no nearer. Where all hosts are behind alike, it is this machine's clock.
"""

from msgspec import Struct

STALE_S = 180.0
"""So far behind is no host that tells the present."""
LIVE_S = 30.0
WINDOW_S = 60.0
"""Over so long it is measured whether a host comes nearer."""
_NEARER = 0.2
"""A replay gains at least so much on the clock, seconds a second."""
_ALIKE_S = 60.0


class Stale(Struct, frozen=True):
    """A host that is behind, by so much, and comes no nearer."""

    behind_s: float


class Freshness:
    """Follows one connection.

    Parameters
    ----------
    is_replay
        Whether it begins in the past.
    """

    def __init__(self, *, is_replay: bool) -> None:
        self.is_live = not is_replay
        """Whether it tells the present, as far as that can be told."""
        self.behind_s: float | None = None
        """Seconds between the newest event and now, by this machine's clock."""
        self._since: tuple[float, float] | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether the newest event is of the present, by this machine's clock."""
        return self.behind_s is not None and self.behind_s < LIVE_S

    def take(self, newest_s: float, now_s: float) -> Stale | None:
        """Take note of the newest event's moment, epoch seconds; return what is wrong once that is sure."""
        self.behind_s = behind_s = now_s - newest_s
        if behind_s <= LIVE_S:
            self.is_live = True
            self._since = (now_s, behind_s)
            return None
        if self._since is None:
            self._since = (now_s, behind_s)
        began_s, before_s = self._since
        if now_s - began_s < WINDOW_S:
            return None
        nearer = before_s - behind_s >= _NEARER * (now_s - began_s)
        self._since = (now_s, behind_s)
        if nearer:
            return None
        self.is_live = True
        return Stale(behind_s) if behind_s > STALE_S else None


class Clock:
    """Tells stale hosts from a wrong clock of ours, over all of a source's connections."""

    def __init__(self, hosts: int) -> None:
        self._hosts = hosts
        self._behind: dict[str, float] = {}
        self.off_s = 0.0
        """By how much this machine's clock seems to be ahead, seconds; 0 where it seems right."""

    def is_stale(self, host: str, stale: Stale) -> bool:
        """Note that a host is behind; tell whether to leave it for another."""
        self._behind[host] = stale.behind_s
        behind = self._behind.values()
        if len(behind) == self._hosts and max(behind) - min(behind) <= _ALIKE_S:
            self.off_s = min(behind)
        return self._hosts > 1 and not self.off_s

    def is_right(self) -> None:
        """Note that some host tells the present."""
        self._behind.clear()
        self.off_s = 0.0
