"""How bad it is, in words: the level's name for people, and why it is so bad."""

from alerts.wording.figures import ordinary
from alerts.wording.numbers import amount, times
from detectors.assessment import Kind
from detectors.verdict import ORDINARY_AT_LEAST, Severity, Size

SEVERITY_WORDS: dict[Severity, str] = {
    "info": "minor",
    "warning": "moderate",
    "error": "serious",
    "critical": "critical",
}
"""A pager's levels in the words of people. Programs (the pager's API, webhooks, metrics) go on by the levels."""
_SAID_FROM = 3.0
"""Times the ordinary; below, a ratio adds nothing to the two figures."""


def why_so_bad(kind: Kind, worst: Size | None) -> str:
    """Return the clause that says why it has its level; nothing where its worst hour is not known.

    Examples
    --------
    >>> why_so_bad("crisis", Size(negatives=480, expected_negatives=4.0, accelerating=True))
    '480 negative authors where about 4 are ordinary, 120 times, still accelerating'
    >>> why_so_bad("opportunity", None)
    'praise wakes nobody'
    """
    if kind == "opportunity":
        return "praise wakes nobody"
    if kind == "source_silent":
        return "while a source is silent, nobody sees what is said there"
    if worst is None:
        return ""
    who = amount(worst.negatives, "author" if worst.of_harm else "negative author")
    what = " with reports of harm" if worst.of_harm else ""
    parts = [f"{who}{what} {ordinary(worst.expected_negatives)}"]
    # Against hardly any a ratio is that to a floor of our own.
    if worst.times >= _SAID_FROM and worst.expected_negatives >= ORDINARY_AT_LEAST:
        parts.append(times(worst.times))
    if worst.accelerating:
        parts.append("still accelerating")
    return ", ".join(parts)
