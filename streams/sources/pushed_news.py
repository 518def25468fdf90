"""What has become of a pushed source, and how it is added to what is known of it. Pure."""

from msgspec import Struct
from msgspec.structs import replace

from detectors.not_heard import NotHeard
from streams.sources.checkpoint import HOLES_KEPT, BadCheckpointError, Checkpoint, Counts
from streams.sources.hearing import Hearing
from streams.sources.source import Health, Hole

NOTHING_YET = "nothing has been pushed yet: is its address in the suite? `tocsin check` prints it"


class PushedNews(Struct, frozen=True, kw_only=True):
    """What one process has seen of one source since it last told.

    Parameters
    ----------
    at
        Wall time, epoch seconds.
    counts, holes
        Since then alone.
    health
        As it is now, in this process.
    read
        Posts since then, as in ``SourceRead``.
    """

    id: str
    kind: str
    at: float
    counts: Counts
    health: Health
    holes: tuple[Hole, ...] = ()
    read: dict[str, dict[int, int]] = {}

    def after(self, before: "PushedNews | None") -> "PushedNews":
        """Return both as one; ``before`` was told by nobody yet."""
        if before is None:
            return self
        counts = replace(before.counts)
        counts.add(self.counts)
        return replace(self, counts=counts, holes=(*before.holes, *self.holes), health=_health(before.health, self))


def not_heard_of(news: PushedNews, since: float) -> tuple[NotHeard, ...]:
    """Return what was not heard of a source, as every brand's watch is told it.

    Parameters
    ----------
    since
        When news was told before, epoch seconds.
    """
    hearing = Hearing(news.id, news.kind, break_s=0.0)
    for hole in news.holes:
        hearing.miss(hole)
    hearing.withhold(news.counts.withheld + news.counts.unplaced, since, news.at)
    return hearing.untold


def with_news(checkpoint: Checkpoint | None, news: PushedNews) -> Checkpoint:
    """Return a source's row with what one of perhaps several processes has to tell of it.

    Raises
    ------
    BadCheckpointError
        Where the row is of another kind: it says where that source goes on, and is left as it is.
    """
    if checkpoint is not None and checkpoint.kind != news.kind:
        raise BadCheckpointError(
            f"source {news.id}: its checkpoint is of the kind {checkpoint.kind}, and it is {news.kind} now; give the "
            "source another id. What is pushed is taken all the same"
        )
    counts = Counts() if checkpoint is None else replace(checkpoint.counts)
    counts.add(news.counts)
    holes = () if checkpoint is None else checkpoint.holes
    health = news.health if checkpoint is None else _health(checkpoint.health, news)
    if health.last_ok is None and not health.says:
        health = replace(health, says=NOTHING_YET)
    return Checkpoint(
        kind=news.kind,
        updated=news.at,
        health=health,
        counts=counts,
        holes=(*holes, *news.holes)[-HOLES_KEPT:],
    )


def _health(before: Health, news: PushedNews) -> Health:
    return replace(
        news.health,
        last_event=_later(before.last_event, news.health.last_event),
        last_ok=_later(before.last_ok, news.health.last_ok),
    )


def _later(one: float | None, other: float | None) -> float | None:
    return max((time for time in (one, other) if time is not None), default=None)
