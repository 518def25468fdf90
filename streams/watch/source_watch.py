"""Silence is not calm: tells when a source that always spoke has stopped."""

from statistics import median

import msgspec
from msgspec import Struct

from detectors.not_heard import NotHeard
from detectors.verdict import Verdict, verdict_id
from streams.brand import Brand
from streams.mention import OURSELVES

SELF_BRAND = Brand(id="tocsin", name="Tocsin", query="")
"""Incidents about the service's own hearing are told under this name, by the policy ``default``."""

DAY_S = 86_400
DAYS_KEPT = 14
DAYS_NEEDED = 3
"""A source must have spoken on so many days before its silence means anything: nights and a weekend day."""
BINS_A_DAY = 48
"""A source that speaks less than every half hour is silent most of the time: nothing can be told from it."""
LONGER = 2.0
"""Silent is who is silent for twice the longest gap of the days kept …"""
AT_LEAST_S = 1_800
"""… and for half an hour: a connector that restarts is no news."""


class Day(Struct, array_like=True):
    """One day of a source: its longest gap in seconds, and the bins in which it spoke."""

    gap: int = 0
    bins: int = 0


class Source(Struct, omit_defaults=True):
    """One source: the end of the last bin in which it spoke, and its days."""

    heard_until: int
    days: dict[int, Day] = {}
    silent_at: int | None = None

    def receive(self, start: int, span_s: int) -> None:
        """Take a bin in which it spoke; bins may come in any order and again."""
        if start < self.heard_until - span_s:
            return
        day = self.days.setdefault(start // DAY_S, Day())
        day.gap = max(day.gap, start - self.heard_until)
        day.bins += start >= self.heard_until
        self.heard_until = max(self.heard_until, start + span_s)
        for old in [kept for kept in self.days if kept <= start // DAY_S - DAYS_KEPT]:
            del self.days[old]

    @property
    def patience_s(self) -> float | None:
        """Seconds of silence that are still ordinary, or ``None`` while it is not known well enough."""
        if len(self.days) < DAYS_NEEDED or median(day.bins for day in self.days.values()) < BINS_A_DAY:
            return None
        return max(LONGER * max(day.gap for day in self.days.values()), AT_LEAST_S)


class _State(Struct, omit_defaults=True):
    sources: dict[str, Source] = {}
    bins: dict[int, set[str]] = {}
    offset: int = 0


class SourceWatch:
    """All sources, watched through event time. Bins only: which mentions came in them does not matter.

    Parameters
    ----------
    bin_s
        Length of a bin, seconds.
    state
        What ``to_bytes`` returned, or ``None`` at the beginning.
    """

    def __init__(self, bin_s: int, state: bytes | None = None) -> None:
        self.bin_s = bin_s
        stored = msgspec.msgpack.decode(state, type=_State) if state else _State()
        self.sources, self._bins = stored.sources, stored.bins
        # A version before took its own heartbeats for a source.
        self.sources.pop(OURSELVES, None)
        self._not_heard: list[NotHeard] = []
        self.offset = stored.offset
        """Of the first flush that is not known here yet."""

    def receive(self, heard: dict[str, tuple[int, ...]]) -> None:
        """Take the starts of the bins in which each source spoke."""
        for name, starts in heard.items():
            for start in starts if name != OURSELVES else ():
                self._bins.setdefault(start, set()).add(name)

    def advance(self, watermark: int) -> list[Verdict]:
        """Work through the bins up to ``watermark`` and return who fell silent and who is heard again."""
        verdicts: list[Verdict] = []
        for start in sorted(start for start in self._bins if start + self.bin_s <= watermark):
            verdicts += self._look(start)
            verdicts += self._take(start, self._bins.pop(start))
        return verdicts + self._look(watermark - watermark % self.bin_s)

    @property
    def silences(self) -> dict[str, int]:
        """Since when each source that has fallen silent was not heard, event time, epoch seconds."""
        return {name: source.heard_until for name, source in self.sources.items() if source.silent_at is not None}

    def take_not_heard(self) -> list[NotHeard]:
        """Return the silences that began or ended in what was worked through since the last call."""
        verdicts, self._not_heard = self._not_heard, []
        return verdicts

    def _take(self, start: int, names: set[str]) -> list[Verdict]:
        back = []
        for name in sorted(names):
            source = self.sources.get(name)
            if source is None:
                self.sources[name] = source = Source(heard_until=start)
            was_silent = source.silent_at
            if was_silent is not None:
                # The gap that rang is no measure of what is ordinary.
                self._not_heard.append(_silence(name, source.heard_until, start))
                source.heard_until, source.silent_at = start, None
                back.append((name, was_silent))
            source.receive(start, self.bin_s)
        moment = start + self.bin_s
        return [
            self._verdict([name for name, at in back if at == fired_at], "calm", fired_at, fired_at, moment)
            for fired_at in sorted({at for _, at in back})
            if not any(source.silent_at == fired_at for source in self.sources.values())
        ]

    def _look(self, moment: int) -> list[Verdict]:
        """Return a verdict where sources have run out of patience by ``moment``; dated when the first one did."""
        due: dict[int, list[str]] = {}
        for name, source in self.sources.items():
            patience = source.patience_s
            if source.silent_at is None and patience is not None and moment - source.heard_until > patience:
                at = source.heard_until + int(patience)
                due.setdefault(at + self.bin_s - at % self.bin_s, []).append(name)
        verdicts = []
        for fired_at, names in sorted(due.items()):
            for name in names:
                self.sources[name].silent_at = fired_at
                self._not_heard.append(_silence(name, self.sources[name].heard_until, None))
            began_at = min(self.sources[name].heard_until for name in names)
            verdicts.append(self._verdict(sorted(names), "ringing", fired_at, began_at, fired_at))
        return verdicts

    def _verdict(self, names: list[str], phase: str, fired_at: int, began_at: int, at: int) -> Verdict:
        return Verdict(
            id=verdict_id(f"{SELF_BRAND.id}:{','.join(names)}", at, "source_silent", phase),  # type: ignore[arg-type]
            brand=SELF_BRAND.id,
            kind="source_silent",
            phase=phase,  # type: ignore[arg-type]
            severity="warning",
            fired_at=fired_at,
            at=at,
            bin=at - self.bin_s,
            began_at=began_at,
            peak_bin=began_at,
            seen=0,
            expected=0.0,
            negative_share=0.0,
            expected_negative_share=0.0,
            score=0.0,
            threshold=0.0,
            reason="",
            silent_sources=tuple(names),
        )

    def to_bytes(self, offset: int) -> bytes:
        """Return the state before the flush at ``offset`` is heard, as MessagePack."""
        return msgspec.msgpack.encode(_State(self.sources, self._bins, max(offset, self.offset)))


def _silence(name: str, since: int, until: int | None) -> NotHeard:
    return NotHeard(source=name, since=since, until=until, why="silent")
