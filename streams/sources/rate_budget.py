"""How often one host may be asked with one credential: what a source demands, and what upstream says is left. Pure."""

from collections import deque

from streams.sources.rate_headers import Limits

IN_FLIGHT = 6
"""Requests to one host at a time, as a browser has them, where no source demands fewer."""
_RECENT = 20
"""Requests from which it is told how fast we ask."""
_LEAST_SPAN_S = 10.0
"""A handful of requests at once is no pace: they count as if they had taken so long."""


class RateBudget:
    """One allowance, shared by all sources of a process that ask the same host with the same credential.

    It is asked before each request (``wait_s``) and told of each (``start``, ``learn``). As long as what remains would
    last until the reset at the pace of the last requests, nothing waits; where it would not, what remains is spread
    evenly over the time that is left. So a source slows down, and is not shut out.

    Times are seconds of a clock that only goes forward.
    """

    def __init__(self) -> None:
        self.gap_s = 0.0
        self.in_flight = IN_FLIGHT
        self._starts: deque[float] = deque(maxlen=_RECENT)
        self._blocked_until = 0.0
        self._remaining: float | None = None
        self._reset_at = 0.0

    def demand(self, *, gap_s: float = 0.0, in_flight: int = IN_FLIGHT) -> None:
        """Never let two requests begin within ``gap_s``, nor more than ``in_flight`` run; the strictest demand holds.

        Raises
        ------
        ValueError
            Where no request could ever run.
        """
        if in_flight < 1 or gap_s < 0:
            raise ValueError(f"at least 1 request in flight and a gap of 0 s or more, not {in_flight} and {gap_s}")
        self.gap_s = max(self.gap_s, gap_s)
        self.in_flight = min(self.in_flight, in_flight)

    def wait_s(self, now: float) -> float:
        """Return in how many seconds the next request may begin; 0 is at once."""
        if not self._starts:
            return max(0.0, self._blocked_until - now)
        due = max(self._blocked_until, self._starts[-1] + max(self.gap_s, self._pace_s(now)))
        return max(0.0, due - now)

    def start(self, now: float) -> None:
        """Take note that a request begins."""
        self._starts.append(now)
        if self._remaining is not None:
            self._remaining = max(0.0, self._remaining - 1)

    def learn(self, limits: Limits | None, now: float, *, retry_after_s: float = 0.0) -> None:
        """Take note of what an answer said.

        Parameters
        ----------
        limits
            From its headers; ``None`` where they say nothing.
        now
            When it came.
        retry_after_s
            What it asked for, seconds; nothing is asked before.
        """
        if limits is not None:
            self._remaining, self._reset_at = limits.remaining, now + limits.reset_s
            if limits.remaining < 1:
                retry_after_s = max(retry_after_s, limits.reset_s)
        self._blocked_until = max(self._blocked_until, now + retry_after_s)

    def _pace_s(self, now: float) -> float:
        """Return the seconds between two requests that make what remains last until the reset; 0 where it does."""
        left_s = self._reset_at - now
        if self._remaining is None or left_s <= 0:
            self._remaining = None
            return 0.0
        needed = left_s * len(self._starts) / max(now - self._starts[0], _LEAST_SPAN_S)
        return left_s / max(self._remaining, 1.0) if needed > self._remaining else 0.0
