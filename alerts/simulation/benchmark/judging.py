"""Whether what fired in a story is what had to: each truth met in time, and nobody paged for anything else."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from alerts.incidents.incident import Incident
from alerts.simulation.stories.story import Story, Truth
from detectors.assessment import Kind
from streams.watch.source_watch import SELF_BRAND

OUTBREAKS: tuple[Kind, ...] = ("crisis", "slow_burn")


class Alarm(Struct, frozen=True, kw_only=True):
    """An incident opened, or open again, and when it was over, ``None`` for never; event times in epoch seconds."""

    brand: str
    kind: Kind
    at: float
    paged: bool = True
    reason: str = ""
    over_at: float | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """The result for one truth that had to fire.

    ``minutes`` after its beginning, ``None`` where nothing rang in time; ``is_over`` where it ended in its time too, or
    that is not asked.
    """

    brand: str
    must: Kind
    minutes: float | None = None
    within_minutes: float
    is_over: bool = True


class Judgement(Struct, frozen=True, kw_only=True):
    """A story's answers, and the rings that woke somebody for nothing."""

    answers: tuple[Answer, ...] = ()
    false_pages: tuple[Alarm, ...] = ()
    pages: int = 0

    @property
    def is_right(self) -> bool:
        """Whether everything that had to fire did so in time and ended, and nobody was paged for anything else."""
        return not self.false_pages and all(answer.minutes is not None and answer.is_over for answer in self.answers)


def alarms_of(incidents: Iterable[Incident]) -> list[Alarm]:
    """Return when each incident fired: when it was opened, and each time that it was reopened."""
    return [
        Alarm(
            brand=incident.brand,
            kind=incident.kind,
            at=float(incident.opened_at if change.event_at is None else change.event_at),
            paged=incident.paged,
            reason=incident.reason,
            over_at=_over_at(incident, change.event_at or incident.opened_at),
        )
        for incident in incidents
        for change in incident.changes
        if change.type in {"opened", "reopened"}
    ]


def _over_at(incident: Incident, since: int) -> float | None:
    """Return when the watch stage first ended an incident after ``since``, ``None`` where it did not."""
    ends = (change.event_at for change in incident.changes if change.type == "resolved")
    return next((float(at) for at in ends if at is not None and at > since), None)


def judge(story: Story, alarms: Sequence[Alarm], *, tells_kinds: bool = True) -> Judgement:
    """Compare what fired with the story's truth.

    Parameters
    ----------
    story
        With its truth for each brand; a brand without any, and the service itself, must stay quiet.
    alarms
        Everything that fired, in any order.
    tells_kinds
        Whether a slow burn must have been told as one, and why; a rule that knows one kind of page is asked for any.
    """
    answers: list[Answer] = []
    false_pages: list[Alarm] = []
    ordered = sorted(alarms, key=lambda alarm: alarm.at)
    for brand in [*(brand.id for brand in story.brands), SELF_BRAND.id]:
        truths = story.truths_of(brand)
        own = [alarm for alarm in ordered if alarm.brand == brand]
        answers += [
            _answer(truth, truth.must, own, tells_kinds=tells_kinds) for truth in truths if truth.must is not None
        ]
        false_pages += [alarm for alarm in own if alarm.paged and not any(_excused(alarm, truth) for truth in truths)]
    return Judgement(
        answers=tuple(answers), false_pages=tuple(false_pages), pages=sum(alarm.paged for alarm in ordered)
    )


def _answer(truth: Truth, must: Kind, own: Sequence[Alarm], *, tells_kinds: bool) -> Answer:
    assert truth.began_at is not None
    assert truth.by is not None
    kinds = {must, *truth.also} | (set() if tells_kinds or must not in OUTBREAKS else set(OUTBREAKS))
    fitting = [alarm for alarm in own if alarm.kind in kinds and truth.began_at <= alarm.at <= truth.by]
    matching = [alarm for alarm in fitting if not tells_kinds or truth.says in alarm.reason]
    return Answer(
        brand=truth.brand,
        must=must,
        minutes=round((matching[0].at - truth.began_at) / 60.0, 1) if matching else None,
        within_minutes=round((truth.by - truth.began_at) / 60.0, 1),
        is_over=not matching or truth.over_by is None or _ended_by(matching[0], truth.over_by),
    )


def _ended_by(alarm: Alarm, moment: float) -> bool:
    return alarm.over_at is not None and alarm.over_at <= moment


def _excused(alarm: Alarm, truth: Truth) -> bool:
    """Tell whether a page was none for nothing: of a kind that is no mistake, or of an outbreak that had begun."""
    if truth.must is None:
        return alarm.kind in truth.also and truth.says in alarm.reason
    began = truth.began_at is not None and truth.began_at <= alarm.at <= (truth.over_by or alarm.at)
    family = OUTBREAKS if truth.must in OUTBREAKS else (truth.must,)
    return began and alarm.kind in {*family, *truth.also}
