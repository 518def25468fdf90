"""The sentence of an outbreak, told by its run: who has spoken since it began, and how many of them would be ordinary.

At a rarely mentioned brand the last hour of a run of ten may hold one post, which explains nothing. Everything is
counted in authors, as the decision counts it, so that what is set side by side is of one kind.
"""

from detectors.assessment import Kind
from detectors.explanation.reason import UNSCORED, count, finished, named, percent, reason, since_when
from detectors.verdict import Counted, Evidence

_DAY_S = 86_400
_FEW = 0.5
"""Below half of them it is “only” so many that are negative."""


def reason_for(kind: Kind, brand: str, counted: Counted, *, began_at: int, evidence: Evidence, warming_up: bool) -> str:
    """Return the sentence of an outbreak whose figures are at hand; parameters as in ``reason``.

    Examples
    --------
    >>> counted = Counted(seen=41, span_s=7_200, expected=2.6, negatives=39, expected_negatives=0.4,
    ...                   negative_share=0.95, expected_negative_share=0.15, at=1752588120)
    >>> reason_for("crisis", "Northside", counted, began_at=1752580920, evidence=Evidence(), warming_up=False)[:71]
    'Northside: 41 authors since 12:02 UTC where about 3 are ordinary, 39 of'
    """
    if counted.negatives is None:
        return reason(
            kind,
            brand,
            seen=counted.seen,
            span_s=counted.span_s,
            expected=counted.expected,
            negative_share=counted.negative_share,
            expected_negative_share=counted.expected_negative_share,
            began_at=began_at,
            at=counted.at,
            evidence=evidence,
            warming_up=warming_up,
        )
    # An incident that came back began earlier than the run that is told.
    name, since = named(brand), since_when(counted.at - counted.span_s, counted.at)
    who = authors(counted)
    ordinary = (
        f"where about {count(counted.expected)} would be expected of a brand this new"
        if warming_up
        else f"where {count(counted.expected, about=True)} ordinary"
    )
    mood = _mood(kind, counted, counted.negatives, known=not warming_up)
    if kind == "opportunity":
        calm = "" if counted.unscored_share >= _FEW else ", and not in anger"
        return finished(f"{name} is much talked about{calm}: {who} {since} {ordinary}, {mood}", evidence)
    if kind == "slow_burn":
        return finished(f"{name}: more than usual {since}: {who} {ordinary}, {mood}", evidence)
    return finished(f"{name}: {who} {since} {ordinary}, {mood}", evidence)


def authors(counted: Counted) -> str:
    """Say how many authors, and where the run is longer than a day, how one is counted who speaks on several.

    Examples
    --------
    >>> told = Counted(seen=1_234, span_s=60, expected=1.0, negative_share=1.0, expected_negative_share=0.2, at=0)
    >>> authors(told)
    '1,230 authors'
    """
    said = f"{count(counted.seen)} {'author' if counted.seen == 1 else 'authors'}"
    return f"{said} (each once a day)" if counted.span_s > _DAY_S else said


def negative_ones(counted: Counted) -> str:
    """Say how many of the authors were negative.

    Examples
    --------
    >>> from msgspec.structs import replace
    >>> told = Counted(seen=9, span_s=60, expected=1.0, negative_share=1.0, expected_negative_share=0.2, at=0)
    >>> negative_ones(replace(told, negatives=9))
    'all of them negative'
    """
    negatives = counted.negatives or 0
    if counted.unscored_share >= 1.0 and not negatives:
        return "none of whom could be scored"  # "none negative" would read as calm
    if counted.seen == 1:
        return "negative" if negatives else "not negative"
    if not negatives:
        return "none of them negative"
    return f"{'all' if negatives >= counted.seen else count(negatives)} of them negative"


def _mood(kind: Kind, counted: Counted, negatives: int, *, known: bool) -> str:
    said = negative_ones(counted)
    if counted.unscored_share >= 1.0 and not negatives:
        return said
    if kind == "opportunity":
        if negatives and counted.seen > 1:
            few = "only " if counted.negative_share < _FEW else ""
            said = f"{few}{percent(counted.negative_share)} of them negative"
        said += f" (usually {percent(counted.expected_negative_share)})" if known else ""
    elif known:
        said += f" where {count(counted.expected_negatives, about=True)} ordinary"
    if counted.unscored_share >= UNSCORED:
        said += f" ({percent(counted.unscored_share)} could not be scored)"
    return said
