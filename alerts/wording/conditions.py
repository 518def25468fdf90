"""Why a bin fired or did not, in words: each condition of the rule, met or missing, with its figures."""

from collections.abc import Sequence

from msgspec import Struct

from alerts.wording.numbers import exact, nats, percent
from detectors.assessment import Condition
from detectors.decision.exposure import sampled_floor
from detectors.decision.gates import DOUBLED, LEAST_EXCESS, PRAISE_SHARE, TREBLED, TURNED, VOLUME_NATS
from streams.wire.observation_row import ObservationRow

_FIRED = {
    "crisis": "It rang as a crisis",
    "slow_burn": "It rang as a slow burn",
    "opportunity": "It rang as an opportunity, much talk and surely no revolt, which never pages",
}
_NOTHING = "not asked: nothing spoke for an outbreak"


class ConditionRead(Struct, frozen=True, kw_only=True):
    """One condition, as a bin met it.

    Parameters
    ----------
    name
        As in ``Assessment.missing``.
    met
        ``None`` where it was not asked: without any sign of an outbreak there is nothing to hold it against.
    text
        The figures.
    lacking
        Where it is missing: why, as a clause.
    """

    name: Condition
    met: bool | None
    text: str
    lacking: str = ""


def fired(row: ObservationRow) -> bool:
    """Return whether every condition was met at the end of the bin."""
    return row.kind is not None and not row.missing


def is_explained(row: ObservationRow) -> bool:
    """Return whether a row has its conditions: those of earlier versions have only the score."""
    return row.kind is not None or bool(row.missing)


def read_conditions(row: ObservationRow, *, floor: int) -> tuple[ConditionRead, ...]:
    """Return each condition in the order in which a person would ask for it.

    Parameters
    ----------
    row
        A bin that is explained.
    floor
        The brand's floor as it is configured now. The row's own verdict counts, should it have been another then.
    """
    floor = round(sampled_floor(floor, row.sampled))
    praised = fired(row) and row.kind == "opportunity"
    asked = (_score(row), _volume(row), _negativity(row), _floor(row, floor), _share(row))
    conditions = (*(_of_praise(row, floor) if praised else asked), _warm_up(row))
    return tuple(_judged(row, condition) for condition in conditions)


def why(row: ObservationRow, conditions: Sequence[ConditionRead]) -> str:
    """Return one sentence: that it fired, or what prevented that."""
    if fired(row):
        if row.kind == "opportunity":
            return f"{_FIRED['opportunity']}."
        text = _FIRED[row.kind or "crisis"]
        if row.driver == "harm":
            text += ", of harm that was reported or asked for"
        return f"{text}: every condition was met; if nobody was notified, its incident was open already or silenced."
    *others, last = [condition.lacking for condition in conditions if condition.met is False]
    return f"It did not ring because {'; '.join(others)}{'; and ' if others else ''}{last}."


def _judged(row: ObservationRow, read: ConditionRead) -> ConditionRead:
    """Let the row's own verdict stand: the words explain it, and never overrule it."""
    if read.name in row.missing:
        return ConditionRead(name=read.name, met=False, text=read.text, lacking=read.lacking or read.text)
    met = None if row.kind is None and read.name not in {"score", "warm_up"} else True
    return ConditionRead(name=read.name, met=met, text=_NOTHING if met is None else read.text)


def _score(row: ObservationRow) -> ConditionRead:
    young = ", strict in a brand's first three weeks" if row.warming_up else ""
    figures = f"{nats(row.score)}; the threshold of the false-page budget is {exact(row.threshold)}{young}"
    if "warm_up" in row.missing and "score" not in row.missing and row.score < row.threshold:
        figures = f"{nats(row.score)}, enough for a known brand (strict threshold: {exact(row.threshold)})"
    lacking = f"its score of {nats(row.score)} is below the threshold of {exact(row.threshold)}{young}"
    if row.kind is None:
        lacking = f"nothing spoke for an outbreak ({_authors(row.authors)} where {exact(row.expected)} were expected)"
    if _has_no_baseline(row):
        figures = lacking = "without a baseline there is no score"
    return ConditionRead(name="score", met=None, text=figures, lacking=lacking)


def _volume(row: ObservationRow) -> ConditionRead:
    figures = (
        f"alone it tells {nats(row.volume_score)} ({exact(VOLUME_NATS)} asked); "
        f"{_authors(row.run_seen)} where {exact(row.run_expected)} were expected, "
        f"{_more(row.run_seen, row.run_expected)} ({percent(LEAST_EXCESS)} more asked)"
    )
    lacking = f"the volume alone tells {nats(row.volume_score)} of the {exact(VOLUME_NATS)} that are asked"
    if row.volume_score >= VOLUME_NATS:
        lacking = (
            f"there were {_authors(row.run_seen)} where {exact(row.run_expected)} were expected, "
            f"and less than {percent(LEAST_EXCESS)} more is no news"
        )
    return ConditionRead(name="volume", met=None, text=figures, lacking=lacking)


def _negativity(row: ObservationRow) -> ConditionRead:
    observed, expected = row.run_negatives, row.run_expected_negatives
    figures = f"{_authors(observed, f'{_mood(row)} author')} where {exact(expected)} were expected{_copies(row)}"
    return ConditionRead(
        name="negativity", met=None,
        text=f"{figures}, {_more(observed, expected)} ({percent(LEAST_EXCESS)} more asked)",
        lacking=f"there were {figures}, and less than {percent(LEAST_EXCESS)} more is no news",
    )  # fmt: skip


def _floor(row: ObservationRow, floor: int) -> ConditionRead:
    excess = max(0.0, row.run_negatives - row.run_expected_negatives)
    who = f"{exact(excess)} {_mood(row)} authors in excess{_copies(row)}"
    return ConditionRead(
        name="floor", met=None,
        text=f"{who}; the brand's floor, as configured now, is {floor}",
        lacking=f"{who} are below the brand's floor (now {floor})",
    )  # fmt: skip


def _share(row: ObservationRow) -> ConditionRead:
    scored, negatives = row.run_scored - row.run_expected_scored, row.run_negatives - row.run_expected_negatives
    asked = f"more than {percent(PRAISE_SHARE)}"
    if scored <= 0.0:
        text = "no more authors than were expected could be scored, so that no praise is among them"
        return ConditionRead(name="share", met=None, text=text, lacking=f"hardly any author in excess was {_mood(row)}")
    share = negatives / scored
    figures = f"{percent(share)} of the {exact(scored)} scored authors in excess"
    lacking = f"{figures} were {_mood(row)}, and only {asked} are a revolt rather than praise that few object to"
    if share > PRAISE_SHARE:
        lacking = (
            f"{figures} were {_mood(row)}, which is too few authors to be sure that it is {asked}, "
            "or that they stand out from a larger wave of mixed talk"
        )
    return ConditionRead(
        name="share", met=None, text=f"{figures} were {_mood(row)} ({asked} asked, surely)", lacking=lacking
    )


def _warm_up(row: ObservationRow) -> ConditionRead:
    if _has_no_baseline(row):
        text = lacking = "less than twenty minutes have been heard of this brand"
    elif row.warming_up:
        text = (
            "in its first three weeks a brand has a fifth of its budget where its talk has turned, else a twentieth: "
            "how loud its days are is not known yet"
        )
        short = f"its score of {nats(row.score)} is below their strict threshold of {exact(row.threshold)}"
        if row.score >= row.threshold:
            short = (
                f"its volume has not grown to {exact(TREBLED)} times "
                f"({_authors(row.run_seen)} where {exact(row.run_expected)} were expected)"
            )
        lacking = (
            "the brand is in its first three weeks, its talk has not surely turned "
            f"({_ratio(row.run_negatives, row.run_scored)} {_mood(row)} where "
            f"{_ratio(row.run_expected_negatives, row.run_expected_scored)} was expected; "
            f"{percent(TURNED - 1)} more asked), and {short}"
        )
    else:
        text = lacking = "heard for three weeks or more: the whole budget holds"
    return ConditionRead(name="warm_up", met=None, text=text, lacking=lacking)


def _of_praise(row: ObservationRow, floor: int) -> tuple[ConditionRead, ...]:
    """Return the conditions of an opportunity: more volume, no negativity."""
    expected = f"{_authors(row.run_seen)} where {exact(row.run_expected)} were expected"
    negative = f"{exact(row.run_negatives)} of them negative where {exact(row.run_expected_negatives)} were expected"
    conditions: tuple[tuple[Condition, str], ...] = (
        ("score", f"the volume alone tells {nats(row.volume_score)}, above the threshold of good news"),
        ("volume", f"{expected} ({exact(1 + DOUBLED)} times as many asked)"),
        ("negativity", f"{negative}; none is asked of an opportunity"),
        ("floor", f"{exact(row.run_seen - row.run_expected)} authors in excess (at least {2 * floor} asked)"),
        ("share", f"surely less than {percent(PRAISE_SHARE)} of the authors in excess were negative"),
    )
    return tuple(ConditionRead(name=name, met=True, text=words) for name, words in conditions)


def harm_reported(row: ObservationRow) -> str:
    """Say what a bin held of harm, and how far that was from ringing; nothing where nobody had reported any."""
    if row.harm_score is None:
        return ""
    who = "1 author reports" if row.harmful_authors == 1 else f"{row.harmful_authors} authors report"
    lacking = f"; missing: {', '.join(row.harm_missing)}" if row.harm_missing else "; every condition is met"
    return (
        f"{who} harm, or {'asks' if row.harmful_authors == 1 else 'ask'} for it, where {exact(row.harm_expected)} were "
        f"expected; {nats(row.harm_score)}, threshold {exact(row.harm_threshold)}{lacking}"
    )


def _mood(row: ObservationRow) -> str:
    return "harmful" if row.driver == "harm" else "negative"


def _copies(row: ObservationRow) -> str:
    """Say how many negative voices weigh nothing, where it is one at least."""
    copied = round(row.run_copied)
    return f" ({copied} more said what others had said)" if copied else ""


def _has_no_baseline(row: ObservationRow) -> bool:
    return "warm_up" in row.missing and "score" in row.missing


def _ratio(part: float, whole: float) -> str:
    return percent(part / whole) if whole > 0.0 else "unknown"


def _authors(number: float, one: str = "author") -> str:
    text = exact(number)
    return f"{text} {one}{'' if text == '1' else 's'}"


def _more(observed: float, expected: float) -> str:
    if expected <= 0.0:
        return "none expected"
    if observed >= 2 * expected:
        return f"{exact(observed / expected)} times as many"
    return f"{percent(abs(observed / expected - 1))} {'more' if observed >= expected else 'fewer'}"
