"""How bad it is, on PagerDuty's four levels, against the brand's own history."""

from msgspec import Struct

from detectors.assessment import Kind
from detectors.explanation.reason import count, times
from detectors.verdict import SEVERITIES, Severity


class Step(Struct, frozen=True):
    """One road to a level: ``times`` the ordinary and ``excess`` negative voices above it in the worst hour."""

    level: Severity
    times: float
    excess: float


STEPS = (
    # Published crises peaked at 74 to 260 times their ordinary day; a tenth of that is already the day's news.
    # 300 in an hour is more than a desk of three can answer by hand.
    Step("critical", 30.0, 300.0),
    # A large brand cannot rise thirtyfold. The first day of the film rental's revolt was 1,200 an hour.
    Step("critical", 8.0, 1_200.0),
    # Tenfold and dozens of people: no ordinary bad day does it, and one person can still answer them.
    Step("error", 10.0, 40.0),
    Step("error", 3.0, 400.0),
)
HURRY = 0.5
"""What the excess must be of the above while it still accelerates: the next half hour will bring the rest."""
ORDINARY_AT_LEAST = 0.5
"""Negative voices an hour taken as ordinary at least: eight people are not “800 times” a tiny brand's history."""


class Size(Struct, frozen=True, kw_only=True):
    """The outbreak's size in its worst hour so far: voices seen and due, of them the negative ones.

    While the outbreak is younger than an hour, these are its voices so far, with ``hours`` less than 1.
    """

    negatives: float
    expected_negatives: float
    hours: float = 1.0
    accelerating: bool | None = None

    @property
    def excess(self) -> float:
        """Negative voices above those due, never below 0."""
        return max(0.0, self.negatives - self.expected_negatives)

    @property
    def times(self) -> float:
        """How many times the ordinary."""
        return self.negatives / max(self.expected_negatives, ORDINARY_AT_LEAST * self.hours, 1e-9)


def severity(kind: Kind, size: Size, *, previous: Severity | None = None) -> tuple[Severity, str]:
    """Return the level of an outbreak, and why it has it.

    An opportunity is ``info`` and a source that fell silent a ``warning``, whatever their size. What wakes
    someone is at least a ``warning``. Within one outbreak the level never falls: the incident ends instead.

    Parameters
    ----------
    kind, size
        What it is, and how large.
    previous
        Level that the same outbreak has reached before.

    Returns
    -------
    The level, and a clause for a person: why it has it.

    Examples
    --------
    >>> severity("crisis", Size(negatives=12, expected_negatives=2.0))
    ('warning', '12 negative authors where about 2 are ordinary, 6 times')
    >>> severity("crisis", Size(negatives=480, expected_negatives=4.0), previous="warning")
    ('critical', '480 negative authors where about 4 are ordinary, 120 times')
    """
    if kind == "opportunity":
        return "info", "praise wakes nobody"
    if kind == "source_silent":
        return "warning", "a source that is silent hides whatever is said there"
    hurry = HURRY if size.accelerating else 1.0
    level: Severity = next(
        (step.level for step in STEPS if size.times >= step.times and size.excess >= step.excess * hurry), "warning"
    )
    if previous is not None and SEVERITIES.index(previous) >= SEVERITIES.index(level):
        return previous, _why(size)
    return level, _why(size)


def _why(size: Size) -> str:
    who = "author" if round(size.negatives) == 1 else "authors"
    parts = [f"{count(size.negatives)} negative {who} where {count(size.expected_negatives, about=True)} ordinary"]
    # Against hardly any a ratio is that to a floor of our own.
    if size.times >= 3.0 and size.expected_negatives >= ORDINARY_AT_LEAST:
        parts.append(times(size.times))
    if size.accelerating:
        parts.append("still accelerating")
    return ", ".join(parts)
