"""What the watch stage knows of the sources' hearing: what each has read, and what was not heard. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from detectors.not_heard import NotHeard
from streams.watch.holes import DAYS_S, Holes, HolesState
from streams.watch.source_shares import WHOLE, Part
from streams.wire.source_read import SourceRead

ABSENT_S = 180
"""Who listens says so every quarter of a minute, unless a request waits for two minutes (``Bounds.silent_s``)."""
SOURCES = 100
NAMES = 30
"""Of one source, what its posts state as theirs."""
_ASKED = 500
"""Answers that are kept while nothing new is known: many brands ask for the same minute."""
_KEPT = 10_000.0
"""Posts after which all that were counted before count half."""


class Attended(Struct):
    """One source that somebody listens to: until when it was heard, and how many posts each name had of late."""

    kind: str
    until: int
    names: dict[str, float] = {}


class _State(Struct, omit_defaults=True):
    holes: HolesState = {}
    attended: dict[str, Attended] = {}


class Hearing:
    """The hearing of all sources, through event time.

    Parameters
    ----------
    state
        What ``to_bytes`` returned, or ``None`` at the beginning.
    """

    def __init__(self, state: bytes | None = None) -> None:
        stored = msgspec.msgpack.decode(state, type=_State) if state else _State()
        self._holes = Holes(stored.holes)
        self._attended = stored.attended
        self._known: dict[tuple[int, int], Mapping[str, Part]] = {}

    def take(self, not_heard: Sequence[NotHeard], read: Sequence[SourceRead]) -> None:
        """Take what those who listen said in one flush."""
        if read or not_heard:
            self._known.clear()
        for one in read:
            if one.until is not None:
                self._attend(one)
        self._holes.take(not_heard)

    def miss(self, names: Iterable[NotHeard]) -> None:
        """Take silences of what posts state as their source.

        What is silent because nobody listens to where it comes from is told of there.
        """
        for silence in names:
            is_known = any(
                silence.source in source.names and self._holes.lasts(name) for name, source in self._attended.items()
            )
            if not is_known and (silence.until is None or self._holes.lasts(silence.source)):
                self._known.clear()
                self._holes.take([silence])

    def advance(self, watermark: int) -> None:
        """Find out of whom nothing was heard for long."""
        for name, source in list(self._attended.items()):
            if watermark - source.until > DAYS_S:
                del self._attended[name]
            elif watermark - source.until > ABSENT_S and not self._holes.lasts(name):
                self._known.clear()
                self._holes.take([NotHeard(source=name, kind=source.kind, since=source.until, why="silent")])

    def between(self, began: int, ended: int) -> tuple[NotHeard, ...]:
        """Return what was not heard of a time, epoch seconds: the newest, oldest first."""
        return self._holes.between(began, ended)

    def missed(self, began: int, ended: int) -> Mapping[str, Part]:
        """Return what posts state as their source of which not all was heard in a time, and how much of it was."""
        if began >= self._holes.reached:
            return {}
        if (began, ended) not in self._known:
            if len(self._known) >= _ASKED:
                self._known.clear()
            self._known[began, ended] = self._missed(self._holes.missed(began, ended))
        return self._known[began, ended]

    def stretches(self, began: int, ended: int, span_s: int) -> Iterator[tuple[int, int]]:
        """Divide bins, from the first second of one to that of another, into runs of which the same was missed.

        Yields
        ------
        The first second of the first bin of each, and how many there are; of a bin in which that turns, one.
        """
        start = began
        for turn in (*self._holes.turns(began, ended), ended):
            if (whole := (turn - start) // span_s) > 0:
                yield start, whole
                start += whole * span_s
            if start < turn:
                yield start, 1
                start += span_s

    def _missed(self, by_source: Mapping[str, Part]) -> dict[str, Part]:
        missed: dict[str, Part] = {}
        for source in by_source:
            attended = self._attended.get(source)
            for name in (source,) if attended is None else attended.names:
                missed[name] = self._part(name, by_source)
        return missed

    def _part(self, name: str, by_source: Mapping[str, Part]) -> Part:
        """Return how much of a name was heard: of what each source that brings it has, by how many posts it brings."""
        own = WHOLE if name in self._attended else by_source.get(name, WHOLE)
        bring = [
            (one.names[name], by_source.get(source, WHOLE))
            for source, one in self._attended.items()
            if one.names.get(name)
        ]
        if not bring:
            return own
        total = sum(posts for posts, _ in bring)
        covered = sum(posts * part.covered for posts, part in bring) / total
        given = sum(posts * part.covered * part.sampled for posts, part in bring) / total
        return Part(covered * own.covered, given / covered if covered > 0.0 else 1.0)

    def to_bytes(self) -> bytes:
        """Return the state as MessagePack."""
        return msgspec.msgpack.encode(_State(self._holes.state, self._attended))

    def _attend(self, one: SourceRead) -> None:
        assert one.until is not None
        known = self._attended.get(one.source)
        if known is None:
            if len(self._attended) >= SOURCES:
                del self._attended[min(self._attended, key=lambda name: self._attended[name].until)]
            known = self._attended[one.source] = Attended(one.kind, one.until)
        elif (begun := self._holes.lasts(one.source)) and one.until > begun:
            # Whoever listens says more exactly when it ended; but a clock that lags may have made us believe it.
            hole = NotHeard(source=one.source, kind=one.kind, since=begun, until=one.until, why="silent")
            self._holes.take([hole])
        known.until = max(known.until, one.until)
        for name, minutes in one.read.items():
            if name in known.names or len(known.names) < NAMES:
                known.names[name] = known.names.get(name, 0.0) + sum(minutes.values())
        if sum(known.names.values()) > _KEPT:
            known.names = {name: posts / 2 for name, posts in known.names.items()}


def heard_and_read(
    heard: Mapping[str, tuple[int, ...]], read: Sequence[SourceRead], bin_s: int
) -> dict[str, tuple[int, ...]]:
    """Return in which bins each source spoke: of what came to ``mentions``, and of what was left out of it.

    Examples
    --------
    >>> left_out = SourceRead(source="net", kind="bluesky", read={"bluesky": {120: 5000}})
    >>> heard_and_read({"bluesky": (0,), "shop": (60,)}, [left_out], 60)
    {'bluesky': (0, 120), 'shop': (60,)}
    """
    if not read:
        return dict(heard)
    spoke = {name: set(starts) for name, starts in heard.items()}
    for name, minutes in ((name, minutes) for one in read for name, minutes in one.read.items()):
        spoke.setdefault(name, set()).update(start - start % bin_s for start in minutes)
    return {name: tuple(sorted(starts)) for name, starts in spoke.items()}
