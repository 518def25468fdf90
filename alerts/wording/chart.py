"""Charts as SVG text: the one on an incident's page, and the two detectors over a brand's months for the backtest.

No script, no font, nothing from elsewhere. Colour is never alone: what is seen is a line, what is negative a
filled area, what is ordinary a band, and each is named in words.
"""

from collections.abc import Sequence

from alerts.wording import chart_marks as draw
from alerts.wording.chart_columns import Column, columns, open_part, unit_s
from alerts.wording.chart_marks import Frame, Mark
from alerts.wording.chart_scale import Scale, round_ticks, time_ticks
from alerts.wording.figures import ordinary
from alerts.wording.moments import IN_UTC, Times
from alerts.wording.numbers import amount, count, lasting
from detectors.verdict import Point

STYLE = draw.STYLE
"""What the classes of an unstyled chart look like."""

_HOUR_S = 3600
_ENOUGH = 0.2
"""Of the last point so much must have passed that its pace is drawn: of a shorter one chance makes anything."""
_KEY = (("seen", "mentions"), ("bad", "negative"), ("band", "ordinary"))


def incident_chart(
    points: Sequence[Point],
    *,
    fired_at: int,
    peak: int | None = None,
    now: int | None = None,
    styled: bool = True,
    times: Times = IN_UTC,
    per_s: int = 0,
) -> str:
    """Draw the chart of an incident's page, 360 units wide: legible on a phone without zooming.

    Parameters
    ----------
    points
        In order of time; lengths may differ, heights are on the scale of the most common one.
    fired_at
        Event time at which it fired, epoch seconds.
    peak
        Start of the loudest point; by default that with most mentions.
    now
        End of the time axis, epoch seconds; by default the end of the last point.
    styled
        Whether the style comes along; a page that holds ``STYLE`` needs it no second time.
    times
        In which zone moments are written.
    per_s
        Seconds in which the figures beside it were counted: if that is an hour, heights are per hour as well, so
        that both have one unit.

    Returns
    -------
    The ``<svg>`` element, or nothing where there are fewer than two points.
    """
    if len(points) < 2:
        return ""
    frame = Frame(left=34, top=20, right=352, bottom=136)
    usual_s, unfinished = unit_s(points[:-1]), open_part(points)
    by_the_hour = per_s >= _HOUR_S > usual_s
    whole = points if unfinished is None else points[:-1]
    cols = columns(whole, most=317, unit=_HOUR_S if by_the_hour else usual_s)
    begun = [] if unfinished is None else columns([unfinished], 1, _HOUR_S if by_the_hour else usual_s)
    is_drawn = unfinished is not None and unfinished.span_s >= _ENOUGH * usual_s
    # What is not over goes on from what is, at its pace.
    going_on = [cols[-1], *begun] if is_drawn else []
    last, shown = (going_on or cols)[-1], [*cols, *(begun if is_drawn else [])]
    end = max(points[-1].start + points[-1].span_s, now or 0)
    x = Scale(cols[0].start, end, frame.left, frame.right)
    ticks = round_ticks(max(max(col.seen, col.upper) for col in shown))
    y = Scale(0, ticks[-1], frame.bottom, frame.top)
    per = caption = f"Mentions per {_per(points)}"
    if by_the_hour:
        each = _per(points)
        per, caption = "Mentions an hour", f"Mentions an hour, at each {each}{'’' if each.endswith('s') else '’s'} pace"
    loudest = max(cols, key=lambda col: (peak is not None and col.start <= peak < col.end, col.seen))
    description = (
        f"{caption}, from {times.moment(cols[0].start)} to {times.moment(end)}. At most {_described(loudest)} at "
        f"{times.clock(loudest.start)}, {ordinary(loudest.expected)}. "
        f"It rang at {times.clock(fired_at)}. The last {'whole ' if begun else ''}reading is {_described(cols[-1])}."
    )
    if note := unfinished_note(points, times):
        description += f" {note}"
    parts = [
        draw.text(frame.left, 10, f"{caption} ({times.named(end)})"),
        draw.grid(ticks, y, frame),
        draw.times(time_ticks(cols[0].start, end, 4, times), x, frame),
        draw.band(shown, x, y),
        draw.negative(cols, x, y),
        draw.negative(going_on, x, y, "bad open") if going_on else "",
        draw.due(shown, x, y),
        draw.seen(cols, x, y),
        draw.seen(going_on, x, y, "seen open") if going_on else "",
        draw.marks([Mark(at=fired_at, label=f"rang {times.local(fired_at):%H:%M}")], x, frame),
        draw.now(last, x, y),
        draw.key(frame.left, 172, (*_KEY, ("now", "so far" if going_on else "latest"))),
    ]
    title = f"{per} against what is ordinary"
    return draw.picture(360, 180, title=title, description=description, parts=parts, styled=styled, ground=False)


def unfinished_note(points: Sequence[Point], times: Times = IN_UTC) -> str:
    """Say what has come of the chart's last point, where that is not over yet; nothing where it is.

    Fewer mentions than before in less time are no fall, and a reader of the picture would take them for one.

    Examples
    --------
    >>> points = [Point(600 * i, 600, 40, 20, 5.0, 9.0) for i in range(3)]
    >>> unfinished_note([*points, Point(1800, 240, 18, 9, 2.0, 4.0)])  # doctest: +NORMALIZE_WHITESPACE
    'The 10 minutes from 00:30 UTC are not over: 18 mentions in 4 minutes so far, 9 of them negative,
    drawn at that pace.'
    """
    last = open_part(points) if len(points) > 1 else None
    if last is None:
        return ""
    usual_s = unit_s(points[:-1])
    how = "drawn at that pace" if last.span_s >= _ENOUGH * usual_s else "too short a time to be drawn"
    span, verb = lasting(usual_s), "is" if lasting(usual_s).startswith("1 ") else "are"
    mentions = "mention" if last.seen == 1 else "mentions"
    return (
        f"The {span.removeprefix('1 ')} from {times.clock(last.start)} {verb} not over: {last.seen:,} {mentions} in "
        f"{lasting(last.span_s)} so far, {last.negatives:,} of them negative, {how}."
    )


def detectors_chart(
    title: str,
    points: Sequence[Point],
    ordinary_shares: Sequence[float],
    alarms: Sequence[Mark] = (),
    *,
    width: int = 1000,
    height: int = 540,
) -> str:
    """Draw both detectors: volume against its expected band, and beneath it the negative share against its own.

    Parameters
    ----------
    points
        In order of time, two at least.
    ordinary_shares
        For each point the negative share that was ordinary then, 0 to 1.
    alarms
        Times at which both together fired, epoch seconds.
    """
    middle = 72 + (height - 200) * 0.6
    upper = Frame(left=60, top=72, right=width - 20, bottom=middle)
    lower = Frame(left=60, top=middle + 64, right=width - 20, bottom=height - 56)
    volume, x = _volume_panel(points, upper)
    cols = _shares(points, ordinary_shares, most=round(lower.right - lower.left) // 2)
    y = Scale(0, 1, lower.bottom, lower.top)
    parts = [
        draw.text(20, 28, title, "title"),
        *volume,
        draw.text(lower.left, lower.top - 14, "Negative share of the mentions", "name"),
        draw.grid([0.0, 0.5, 1.0], y, lower, percent=True),
        draw.times(time_ticks(cols[0].start, cols[-1].end, 8), x, lower),
        draw.band(cols, x, y),
        draw.due(cols, x, y),
        draw.seen(cols, x, y, "bad-line"),
        draw.marks(alarms, x, upper),
        draw.marks([Mark(at=alarm.at) for alarm in alarms], x, lower),
        draw.key(upper.left, height - 14, (*_KEY, ("bad-line", "negative share"), ("mark", "rang"))),
    ]
    description = (
        f"Two panels {_from_to(points)}: mentions against what is ordinary, and the negative share against the "
        f"brand's own. {_fired(alarms)}"
    )
    return draw.picture(width, height, title=title, description=description, parts=parts, styled=True, ground=True)


def _volume_panel(points: Sequence[Point], frame: Frame) -> tuple[list[str], Scale]:
    cols = columns(points, most=round(frame.right - frame.left))
    x = Scale(cols[0].start, cols[-1].end, frame.left, frame.right)
    ticks = round_ticks(max(max(col.seen, col.upper) for col in cols), 4)
    y = Scale(0, ticks[-1], frame.bottom, frame.top)
    folded = f", the loudest within {lasting(cols[0].span_s)}" if len(cols) < len(points) else ""
    parts = [
        draw.text(frame.left, frame.top - 14, f"Mentions per {_per(points)}{folded} (UTC)", "name"),
        draw.grid(ticks, y, frame),
        draw.times(time_ticks(cols[0].start, cols[-1].end, 8), x, frame),
        draw.band(cols, x, y),
        draw.negative(cols, x, y),
        draw.due(cols, x, y),
        draw.seen(cols, x, y, "seen fine"),
    ]
    return parts, x


def _shares(points: Sequence[Point], ordinary: Sequence[float], most: int) -> list[Column]:
    """Return the negative shares as columns; neighbours put together weigh as many mentions as they had."""
    pairs = list(zip(points, ordinary, strict=True))
    step = -(-len(pairs) // most)
    folded = []
    for first in range(0, len(pairs), step):
        part = pairs[first : first + step]
        mentions = sum(point.seen for point, _ in part)
        share = sum(point.negatives for point, _ in part) / mentions if mentions else 0.0
        usual = sum(share for _, share in part) / len(part)
        start, last = part[0][0].start, part[-1][0]
        folded.append(Column(start, last.start + last.span_s - start, share, 0.0, usual, usual))
    return folded


def _from_to(points: Sequence[Point]) -> str:
    last = points[-1]
    return f"from {IN_UTC.moment(points[0].start)} to {IN_UTC.moment(last.start + last.span_s)}"


def _per(points: Sequence[Point]) -> str:
    return lasting(unit_s(points)).removeprefix("1 ")


def _described(col: Column) -> str:
    return f"{amount(col.seen, 'mention')}, {count(col.negatives)} of them negative"


def _fired(alarms: Sequence[Mark]) -> str:
    if not alarms:
        return "It never rang."
    when = ", ".join(IN_UTC.moment(alarm.at) for alarm in alarms[:20])
    often = "once" if len(alarms) == 1 else f"{len(alarms)} times"
    return f"It rang {often}: {when}{', …' if len(alarms) > 20 else ''}."
