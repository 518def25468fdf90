"""How bad it is, on PagerDuty's four levels, against the brand's own history."""

from msgspec import Struct

from detectors.assessment import Kind
from detectors.verdict import SEVERITIES, Severity, Size


class Step(Struct, frozen=True):
    """One road to a level: ``times`` the ordinary and ``excess`` negative authors above it in the worst hour."""

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


def severity(kind: Kind, size: Size, *, previous: Severity | None = None) -> Severity:
    """Return the level of an outbreak.

    An opportunity is ``info`` and a source that fell silent a ``warning``, whatever their size. What wakes
    someone is at least a ``warning``. Within one outbreak the level never falls: the incident ends instead.

    Parameters
    ----------
    kind, size
        What it is, and how large.
    previous
        Level that the same outbreak has reached before.

    Examples
    --------
    >>> severity("crisis", Size(negatives=12, expected_negatives=2.0))
    'warning'
    >>> severity("crisis", Size(negatives=480, expected_negatives=4.0), previous="warning")
    'critical'
    """
    if kind == "opportunity":
        return "info"
    if kind == "source_silent":
        return "warning"
    hurry = HURRY if size.accelerating else 1.0
    level: Severity = next(
        (step.level for step in STEPS if size.times >= step.times and size.excess >= step.excess * hurry), "warning"
    )
    if previous is not None and SEVERITIES.index(previous) >= SEVERITIES.index(level):
        return previous
    return level
