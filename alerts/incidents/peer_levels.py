"""The closed bins of brands and their peers, and what a comparison says of them. Pure: any order gives the same."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from alerts.wording.conditions import fired, is_explained
from detectors.decision.exposure import LEAST_HEARD
from detectors.decision.gates import PRAISE_SHARE
from streams.wire.comparison import Comparison, Level, Standing
from streams.wire.observation_row import ObservationRow

LEAST_S, MOST_S = 600, 3600
"""Peers are compared over the outbreak so far, but over ten minutes at least, and an hour at most."""
HEARD_S = 6 * 3600
"""A brand of which nothing was heard for so long is not called calm: its query may match nothing any more."""
KEPT_S = HEARD_S + MOST_S
"""So far back before its moment a comparison looks."""
LATEST_S = 86_400
"""So long after its bins were closed, in event time, an incident can still be compared: a stage may lag, or replay."""
BEHIND_S = 900
"""So far, in event time, a peer's bins may lag behind the brand's own before it is compared without them."""
LEAST_EXCESS = 3.0
"""Negative authors in excess below which no peer is called unusual, however small it is."""
_CRISES = {"crisis", "slow_burn"}


class _Bin(NamedTuple):
    """What is kept of a closed bin; ``excess`` is whether volume and negative authors are beyond the ordinary."""

    span_s: int
    authors: int
    scored: int
    negatives: int
    expected: float
    expected_share: float
    heard: float
    fired: bool
    excess: bool
    young: bool


class PeerLevels:
    """What has been read of the topic ``observations``: all of it, unless ``begin`` says otherwise."""

    def __init__(self) -> None:
        self._bins: dict[str, dict[int, _Bin]] = {}
        self._known_since: dict[int, int] = {}
        self._closed: dict[int, int] = {}
        self._forgotten = 0

    def begin(self, partition: int, known_since: int) -> None:
        """Take note that a partition is read in part, so that bins before ``known_since`` may be missing."""
        self._known_since[partition] = known_since

    def take(self, row: ObservationRow) -> None:
        """Take a closed bin; a repeat changes nothing. Bins of earlier versions without conditions are left out."""
        if not is_explained(row):
            return
        self._bins.setdefault(row.brand, {})[row.start] = _Bin(
            span_s=row.span_s,
            authors=row.authors,
            scored=row.scored_authors,
            negatives=row.negative_authors,
            expected=row.expected,
            expected_share=row.expected_share,
            heard=row.heard,
            fired=fired(row) and row.kind in _CRISES,
            excess=row.kind != "opportunity" and not {"volume", "negativity"} & set(row.missing),
            young=row.warming_up,
        )

    def close(self, partition: int, until: int) -> None:
        """Take note that all bins of a partition before ``until`` are closed: none of them is taken any more."""
        if partition not in self._closed and partition in self._known_since:
            # A replay of old files goes on where its event time is: what is closed from now on is read wholly.
            self._known_since[partition] = min(self._known_since[partition], until)
        self._closed[partition] = max(until, self._closed.get(partition, until))

    def forget(self) -> None:
        """Forget bins that no comparison needs any more, by those closed last in the slowest partition."""
        before = min(self._closed.values(), default=0) - KEPT_S - LATEST_S
        if before <= self._forgotten:
            return
        self._forgotten = before
        for brand, bins in list(self._bins.items()):
            self._bins[brand] = {start: bin_ for start, bin_ in bins.items() if start >= before}
            if not self._bins[brand]:
                del self._bins[brand]

    def compare(
        self,
        names: Mapping[str, str],
        began_at: int,
        at: int,
        partition_of: Callable[[str], int],
        *,
        in_outbreak: bool = True,
        waits: bool = True,
    ) -> Comparison | None:
        """Compare a brand with its peers; ``None`` while bins are missing that may still come, or are forgotten.

        Parameters
        ----------
        names
            Of the brand and then of its peers, by id.
        began_at
            When the brand's outbreak began, epoch seconds.
        at
            The end of a bin: bins before it are counted.
        partition_of
            Returns the partition of a brand.
        in_outbreak
            Whether the brand itself is known to be unusual; where it is not, it is looked at like its peers.
        waits
            Whether bins of peers that are not closed may still come.
        """
        own, *peers = names
        known_since = max(self._known_since.get(partition_of(name), 0) for name in names)
        if at - KEPT_S < max(known_since, self._forgotten) or not self._is_closed(own, at, partition_of):
            return None
        has_waited = not waits or self._is_closed(own, at + BEHIND_S, partition_of)
        behind = {peer for peer in peers if not self._is_closed(peer, at, partition_of)}
        if behind and not has_waited:
            return None
        since = min(max(began_at, at - MOST_S), at - LEAST_S)
        return Comparison(
            since=since,
            at=at,
            own=self._level(own, names[own], since, at, "unusual" if in_outbreak else None),
            peers=tuple(
                Level(brand=peer, name=names[peer], standing="behind")
                if peer in behind
                else self._level(peer, names[peer], since, at)
                for peer in peers
            ),
        )

    def _is_closed(self, brand: str, at: int, partition_of: Callable[[str], int]) -> bool:
        until = self._closed.get(partition_of(brand))
        return until is not None and until >= at

    def _level(self, brand: str, name: str, since: int, at: int, standing: Standing | None = None) -> Level:
        kept = sorted((start, bin_) for start, bin_ in self._bins.get(brand, {}).items() if at - HEARD_S <= start < at)
        bins = [bin_ for start, bin_ in kept if start >= since]
        known = bins or [bin_ for _, bin_ in kept[-1:]]
        if not known:
            return Level(brand=brand, name=name, standing=standing or "not_heard")
        # Silent bins are not recorded, and something was due in them too.
        due = (at - since) / known[0].span_s / len(known)
        scored_share = sum(bin_.scored for bin_ in known) / max(1, sum(bin_.authors for bin_ in known))
        level = Level(
            brand=brand,
            name=name,
            standing="ordinary",
            fired=any(bin_.fired for bin_ in bins),
            seen=sum(bin_.authors for bin_ in bins),
            expected=round(due * sum(bin_.expected for bin_ in known), 3),
            negatives=sum(bin_.negatives for bin_ in bins),
            expected_negatives=round(
                due * scored_share * sum(bin_.expected * bin_.expected_share for bin_ in known), 3
            ),
        )
        return replace(level, standing=standing or _standing(level, bins, known))


def _standing(level: Level, bins: list[_Bin], known: list[_Bin]) -> Standing:
    """Return how a brand stands; a young one is unusual only where its own rule, which knows its youth, says so."""
    if sum(bin_.heard for bin_ in known) < LEAST_HEARD * len(known):
        return "not_heard"
    if level.fired:
        return "unusual"
    if known[-1].young:
        return "new"
    excess = level.negatives - level.expected_negatives
    is_negative = excess >= LEAST_EXCESS and excess > PRAISE_SHARE * (level.seen - level.expected)
    return "unusual" if bins and bins[-1].excess and is_negative else "ordinary"
