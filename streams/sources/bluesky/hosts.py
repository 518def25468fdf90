"""Which of several hosts is asked. Pure."""

from collections.abc import Sequence

FAILURES = 3
"""After so many failures within ``FORGOTTEN_S`` the next host is asked."""
FORGOTTEN_S = 600.0
"""A failure so long ago counts no more. One that follows a minute of events does: some hosts fall silent each time."""


class Hosts:
    """A round of hosts, each as good as another until it fails.

    Examples
    --------
    >>> hosts = Hosts(["wss://a", "wss://b"])
    >>> [hosts.failed(float(second)) for second in range(3)], hosts.current
    ([False, False, True], 'wss://b')
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts = list(hosts)
        self._at = 0
        self._failures: list[float] = []
        self._refusals: dict[str, str] = {}

    @property
    def current(self) -> str:
        """The host to ask."""
        return self._hosts[self._at]

    def prefer(self, host: str) -> None:
        """Begin with a host, if it is one of ours."""
        if host in self._hosts:
            self._at = self._hosts.index(host)

    def failed(self, now_s: float) -> bool:
        """Note that the current host did not answer, or broke off; tell whether another is to be asked now."""
        self._failures = [at for at in self._failures if now_s - at < FORGOTTEN_S] + [now_s]
        if len(self._failures) < FAILURES:
            return False
        self.next()
        return len(self._hosts) > 1

    def next(self) -> None:
        """Leave the current host."""
        self._at = (self._at + 1) % len(self._hosts)
        self._failures = []

    def refused(self, why: str) -> list[str] | None:
        """Note that the current host refuses what is asked, and leave it; return all refusals once all hosts refuse."""
        self._refusals[self.current] = why
        self.next()
        return list(self._refusals.values()) if len(self._refusals) == len(self._hosts) else None

    def answered(self) -> None:
        """Note that the current host let us in."""
        self._refusals = {}
