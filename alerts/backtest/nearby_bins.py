"""The bins of a brand around a moment: the one that it lies in, its neighbours, or why there is none."""

from collections.abc import Iterable

from msgspec import Struct

from alerts.wording.moments import rfc3339
from alerts.wording.numbers import amount
from streams.brand import Brand
from streams.wire.observation_row import ObservationRow


class Nearby(Struct, kw_only=True):
    """The bins of a brand around a moment.

    Parameters
    ----------
    rows
        Those that overlap the stretch asked for, in order.
    first, before, after
        The first of all that were read; the last one before the stretch, and the first one after it.
    """

    rows: tuple[ObservationRow, ...] = ()
    first: ObservationRow | None = None
    before: ObservationRow | None = None
    after: ObservationRow | None = None

    def at(self, moment: int) -> ObservationRow | None:
        """Return the bin that a moment lies in."""
        return next((row for row in self.rows if row.start <= moment < row.start + row.span_s), None)


def near(rows: Iterable[ObservationRow], moment: int, around_s: int = 0) -> Nearby:
    """Take from bins in order those around a moment, and read no further than it must.

    Parameters
    ----------
    rows
        Of one brand; a bin may appear more than once, the same each time.
    moment
        Epoch seconds.
    around_s
        How far the stretch goes to either side, seconds.
    """
    found = Nearby()
    there: dict[int, ObservationRow] = {}
    for row in rows:
        found.first = found.first or row
        if row.start > moment + around_s:
            found.after = row
            break
        if row.start + row.span_s > moment - around_s:
            there[row.start] = row
        elif found.before is None or row.start > found.before.start:
            found.before = row
    found.rows = tuple(there[start] for start in sorted(there))
    return found


def why_no_bin(brand: Brand, moment: int, found: Nearby, where: str, *, is_cut: bool) -> str:
    """Return why no bin was found at a moment, in one sentence.

    Parameters
    ----------
    brand, moment
        What was asked for.
    found
        All that is known around it, read from the very beginning.
    where
        What was read, as a person calls it.
    is_cut
        Whether older bins have been deleted there.
    """
    at = rfc3339(moment)
    if found.first is None:
        return (
            f"there is no bin of {brand.id} {where}: nobody was heard speaking of it; "
            "does its query match, and has a worker watched it?"
        )
    before = max((r for r in (found.before, *found.rows) if r and r.start <= moment), key=_start, default=None)
    after = min((r for r in (*found.rows, found.after) if r and r.start > moment), key=_start, default=None)
    if before is None:
        began = f"the first bin of {brand.id} {where} begins at {rfc3339(found.first.start)}"
        return f"{at} is too early: {began}, and older ones are {'no longer kept' if is_cut else 'not there'}"
    if after is None:
        return (
            f"{at} is too late: the last bin of {brand.id} {where} is that of {_short(before)}; "
            "nobody has spoken since, or the bin is not closed yet"
        )
    return (
        f"it did not ring because nobody spoke of {brand.id} at {at}, and a silent bin is not told; "
        f"the nearest are {_short(before)} and {_short(after)}"
    )


def _start(row: ObservationRow) -> int:
    return row.start


def _short(row: ObservationRow) -> str:
    return f"{rfc3339(row.start)} ({amount(row.mentions, 'mention')})"
