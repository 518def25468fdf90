"""The decision for one brand: what the watch stage asks, bin after bin."""

from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from detectors.assessment import Assessment, Condition, Kind
from detectors.compiled import Records
from detectors.decision.bins import Bin, bin_from, observed
from detectors.decision.budget import PAGE, threshold
from detectors.decision.calm import Calm, Own
from detectors.decision.decision import YOUNG_MIN, Reading
from detectors.decision.exposure import LEAST_HEARD, heard_span
from detectors.decision.gates import CONDITIONS
from detectors.decision.moved_share import move_share
from detectors.decision.outbreak_detector import NOTHING_STATED, HarmRow, OutbreakDetector
from detectors.decision.profile import HEARD, Week, begin_with, week_of
from detectors.decision.volume import DAY_MIN
from detectors.errors import DetectorsError
from detectors.feedback import UNMOVED, Moved
from detectors.observation import HarmCounts, Observation
from detectors.scorer_change import ScorerChange

VERSION = 7
"""Of the state's layout: raise it whenever one of the arrays changes."""
_NEW = frozenset({"copied", "again", "turned", "turned_due"})
_OF_HOURS = frozenset(
    {"loudest_hours", "hour_scored", "hour_negatives", "hour_negatives_due"}
    | {"minute_seen", "lumps", "lumps_weight", "now_all", "now_pairs"}
)
_LACKING = {
    VERSION: frozenset[str](),
    6: frozenset[str](),
    5: _OF_HOURS,
    4: _OF_HOURS | _NEW,
    3: _OF_HOURS | _NEW | {"heard_from"},
}
"""Fields that the arrays of a version have not: each begins with nothing. None before 7 says anything of harm."""

_KINDS: tuple[Kind | None, ...] = (None, "crisis", "slow_burn", "opportunity")


class _State(Struct, frozen=True, array_like=True):
    version: int
    false_pages_per_week: float
    floor: int
    span_s: int
    volume: bytes
    negativity: bytes
    joint: bytes
    sums: bytes
    harm_share: bytes = b""
    harm_joint: bytes = b""
    harm_sums: bytes = b""


class BrandDetector:
    """Decides for one brand whether to ring, from one bin of voices after another.

    Parameters
    ----------
    false_pages_per_week
        The false-page budget, above 0: the threshold is solved from it and from the brand's own quiet hours.
    floor
        Negative voices in excess below which nothing rings, at least 1.
    span_s
        Length of a bin in seconds.

    Raises
    ------
    DetectorsError
        Where a parameter is out of its range.
    """

    __slots__ = ("_outbreak", "_span_s")

    def __init__(self, *, false_pages_per_week: float = 0.25, floor: int = 8, span_s: int = 60) -> None:
        if not 0 < false_pages_per_week < 1000:
            raise DetectorsError(
                f"a false-page budget of {false_pages_per_week} a week cannot be kept; give more than 0, such as 0.25"
            )
        if floor < 1 or span_s < 1:
            raise DetectorsError(f"floor {floor} and span_s {span_s} must be at least 1")
        self._outbreak = OutbreakDetector(false_pages_per_week, floor)
        self._span_s = span_s

    @property
    def age_s(self) -> float:
        """How much of the brand's life was heard, in seconds."""
        return float(self._outbreak.volume.state["age_min"][0]) * 60.0

    @property
    def week(self) -> Week | None:
        """The shape of the brand's week, or ``None`` while the brand is young."""
        state = self._outbreak.volume.state
        return week_of(state[0]) if state["age_min"][0] >= YOUNG_MIN else None

    @property
    def has_read(self) -> bool:
        """Whether anything was learned of the share that is negative."""
        return bool(self._outbreak.negativity.state["scored"][0] > 0.0)

    def share_at(self, at: int) -> float:
        """Return the share of the readings that is negative on an ordinary day at this hour, 0 to 1."""
        return self._outbreak.negativity.expected_share(at)

    def move_share(self, change: ScorerChange | None) -> None:
        """Go by another scorer from now on: ``change`` is how it differs, ``None`` where that is not known."""
        move_share(self._outbreak.states, change)

    def begin_like(self, weeks: Sequence[Week]) -> None:
        """Take the mean week of other brands for this one's until it has its own; only before anything was learned."""
        if weeks:
            begin_with(self._outbreak.volume.state[0], weeks)

    def assess(
        self,
        pending: Sequence[Observation],
        moved: Moved = UNMOVED,
        earlier_readings: Sequence[Observation] = (),
        sampled: float = 1.0,
        *,
        of_harm: bool = False,
    ) -> Assessment:
        """Return what the rule says at the last second of ``pending``; changes nothing.

        What it says of harm stands in ``harm``, where anybody has reported any of late, or it is asked for.

        What people said of its alarms moves the threshold alone: nothing that is learned knows of it, so that
        a mark which is taken back has left nothing behind.

        Parameters
        ----------
        pending
            The bins not yet learned, in order and without gaps; all complete but the last, which may be partial.
        moved
            What they said, as it counts in the last bin.
        earlier_readings
            The last bin as it was at earlier moments, in order: an outbreak may have begun at each.
        sampled
            Share of what was listened to that was given to us: of a sample of one in five eight are forty.
        of_harm
            Whether harm is asked for.
        """
        rows, earlier = observed(pending, self._span_s), observed(earlier_readings, self._span_s)
        reading = self._outbreak.read(rows, moved.factor, earlier, sampled)
        assessment = self._assessment(reading, pending[-1].seen_until, moved)
        if of_harm or self._outbreak.is_harm_awake or any(one.harmful_authors for one in pending):
            harmful = observed([one.of_harm() for one in pending], self._span_s)
            harm = self._outbreak.read_harm(harmful, reading.volume_score, moved.factor, sampled)
            of_it = replace(self._assessment(harm, pending[-1].seen_until, moved), driver="harm")
            return replace(assessment, harm=of_it)
        return assessment

    def _assessment(self, reading: Reading, at: int, moved: Moved) -> Assessment:
        kind = _KINDS[reading.kind]
        return Assessment(
            at=at,
            score=reading.score,
            threshold=reading.threshold,
            volume_score=reading.volume_score,
            negativity_score=reading.negativity_score,
            expected=reading.expected,
            upper=reading.upper,
            expected_share=reading.expected_share,
            run_began_at=int(reading.run_start) if kind is not None else None,
            run_seen=reading.run_seen,
            run_expected=reading.run_due,
            run_scored=reading.run_scored,
            run_expected_scored=reading.run_scored_due,
            run_negatives=reading.run_negatives,
            run_expected_negatives=reading.run_negatives_due,
            missing=_MISSING[reading.missing],
            kind=kind,
            warming_up=reading.is_young,
            moved=self._in_nats(moved),
            run_copied=reading.run_copied,
            run_again=reading.run_again,
            run_turned=reading.run_turned,
            run_expected_turned=reading.run_turned_due,
            expected_negatives=reading.negatives_due,
            expected_turned=reading.turned_due,
        )

    def _in_nats(self, moved: Moved) -> Moved:
        if moved.factor == 1.0:
            return moved
        joint, budget = self._outbreak.state[0], self._outbreak.false_pages_per_week
        nats = threshold(joint, PAGE, budget * moved.factor) - threshold(joint, PAGE, budget)
        return replace(moved, nats=round(nats, 3))

    def calm(self, calm: Calm, observation: Observation, own: Own, *, of_harm: bool = False) -> Calm:
        """Return how surely an outbreak that rang is over, with one complete bin more; changes nothing.

        Parameters
        ----------
        calm
            What it was before the bin.
        observation
            The bin, learned or not.
        own
            The run that rang.
        of_harm
            Whether harm is what it was made of; the observation then is that ``of_harm`` too.
        """
        if observation.heard < LEAST_HEARD:
            return calm
        return self._outbreak.calm(calm, bin_from(observation, self._span_s), own, of_harm=of_harm)

    def begin_anew(self, start: int) -> None:
        """Let what was heard before ``start`` tell of no outbreak any more: the one that it told of is over.

        Bins are learned later than they are heard: those that began before stay out of the sums also where they are
        yet to be learned.

        Parameters
        ----------
        start
            First second of a bin.
        """
        self._outbreak.begin_anew(start)

    def learn(
        self,
        observation: Observation,
        *,
        ringing: bool = False,
        parts: Sequence[int] = (),
        sampled: float = 1.0,
        of_harm: bool = False,
    ) -> None:
        """Take a complete bin, in order, those without a voice included; one learned before changes nothing.

        Nor does one of which nothing was heard: it is not known what it held.

        Parameters
        ----------
        observation
            The bin.
        ringing
            An outbreak (no opportunity) is under way: the baselines learn nothing, for 72 hours at most.
        parts
            Mentions of each sixth of the bin, where they are known: how evenly they come.
        sampled
            As in ``assess``.
        of_harm
            The outbreak is one of harm.
        """
        if observation.heard < LEAST_HEARD:
            return
        if parts and not ringing and observation.start >= self._outbreak.volume.state["next_start"][0]:
            self._outbreak.take_parts(parts)
        self._outbreak.take(
            bin_from(observation, self._span_s),
            ringing=ringing,
            sampled=sampled,
            harmful=_harmful(observation.harm),
            of_harm=of_harm,
        )

    def learn_quiet(self, start: int, bins: int, heard: float = 1.0) -> None:
        """Take a run of bins in which nobody spoke.

        Parameters
        ----------
        start
            First second of the first one.
        bins
            How many.
        heard
            How much of each was heard.
        """
        if heard < LEAST_HEARD:
            return
        span_s, _ = heard_span(self._span_s, self._span_s, heard)
        if span_s == self._span_s:
            self._outbreak.take(Bin(start, span_s, span_s, 0, 0, 0), ringing=False, count=bins)
            return
        for begin in range(start, start + bins * self._span_s, self._span_s):
            self._outbreak.take(Bin(begin, span_s, span_s, 0, 0, 0), ringing=False)

    def to_bytes(self) -> bytes:
        """Return all that was learned, as msgpack of about 7 kB; of harm nothing before any was told."""
        outbreak = self._outbreak
        is_stated = outbreak.harm.state["age_min"][0] > 0.0
        return msgspec.msgpack.encode(
            _State(
                version=VERSION,
                false_pages_per_week=outbreak.false_pages_per_week,
                floor=outbreak.floor,
                span_s=self._span_s,
                volume=outbreak.volume.state.tobytes(),
                negativity=outbreak.negativity.state.tobytes(),
                joint=outbreak.state.tobytes(),
                sums=outbreak.outbreaks.tobytes(),
                harm_share=outbreak.harm.state.tobytes() if is_stated else b"",
                harm_joint=outbreak.harm_state.tobytes() if is_stated else b"",
                harm_sums=outbreak.harm_outbreaks.tobytes() if outbreak.is_harm_awake else b"",
            )
        )

    @classmethod
    def from_bytes(
        cls, state: bytes, *, false_pages_per_week: float | None = None, floor: int | None = None
    ) -> "BrandDetector":
        """Return the detector that ``to_bytes`` was called on, or with what it learned one of another budget or floor.

        Raises
        ------
        DetectorsError
            Where the bytes are no state of this version.
        """
        try:
            kept = msgspec.msgpack.decode(state, type=_State)
        except msgspec.DecodeError as error:
            raise DetectorsError(
                f"a detector's state of {len(state)} bytes cannot be read ({error}); "
                "let the brand learn anew by deleting its record from the topic"
            ) from error
        detector = cls(
            false_pages_per_week=kept.false_pages_per_week if false_pages_per_week is None else false_pages_per_week,
            floor=kept.floor if floor is None else floor,
            span_s=kept.span_s,
        )
        states, lacking = detector._outbreak.states, _LACKING.get(kept.version)
        parts = (kept.volume, kept.negativity, kept.joint, kept.sums)
        known = zip(states, parts, strict=True)
        if lacking is None or not all(_take_up(array, part, lacking) for array, part in known):
            raise DetectorsError(
                f"a detector's state is of version {kept.version}, this program knows version {VERSION}; "
                "run the program that wrote it, or let the brand learn anew"
            )
        detector._take_up_harm(kept)
        volume = detector._outbreak.volume.state
        if "loudest_hours" in lacking and volume["age_min"][0] >= DAY_MIN:
            # A brand that has heard its day is none that has not, though nobody wrote down how loud each hour was.
            volume["loudest_hours"] = HEARD
        return detector

    def _take_up_harm(self, kept: _State) -> None:
        outbreak = self._outbreak
        parts = (kept.harm_share, kept.harm_joint, kept.harm_sums)
        for array, part in zip(outbreak.harm_states[1:], parts, strict=True):
            if part and not _take_up(array, part, frozenset()):
                raise DetectorsError(
                    f"what a detector's state of version {kept.version} holds of harm cannot be read; "
                    "let the brand learn anew"
                )
        outbreak.is_harm_awake = bool(kept.harm_sums)


def _take_up(array: Records, part: bytes, lacking: frozenset[str]) -> bool:
    """Fill an array with what was stored of it, by the names of its fields; return whether that could be."""
    dtype = array.dtype
    known = [(name, dtype[name]) for name in dtype.names or () if name not in lacking]
    stored = np.dtype(known)
    if len(part) != stored.itemsize * array.size:
        return False
    kept = np.frombuffer(part, stored).reshape(array.shape)
    for name, _ in known:
        array[name] = kept[name]
    return True


def _harmful(harm: HarmCounts | None) -> HarmRow:
    if harm is None:
        return NOTHING_STATED
    copied, again, turned = float(harm.copied), float(harm.again), float(harm.turned)
    return True, harm.scored + again - copied, harm.harmful - copied, copied, again + turned, turned


def _conditions(bits: int) -> tuple[Condition, ...]:
    return tuple(name for place, name in enumerate(CONDITIONS) if bits >> place & 1)


_MISSING = [_conditions(bits) for bits in range(1 << len(CONDITIONS))]
