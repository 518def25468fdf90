"""Numbers, shares and lengths of time in words: a function each, for every surface.

Two roundings, by what a number is for. What somebody weighs has few digits (``count``, ``percent``, ``times``). What a
rule weighs against a bound keeps a decimal (``exact``): 7.6 where 8 are asked is not 8.
"""

import math

MOST_TIMES = 1_000
"""Beyond this a ratio says only that there is next to no ordinary to compare with."""


def count(number: float, *, about: bool = False) -> str:
    """Write a count as a person would: few digits, and with ``about`` the verb that an ordinary count takes.

    Examples
    --------
    >>> [count(number) for number in (0, 0.4, 1, 9.2, 214, 1_234, 41_870, 1_520_000)]
    ['0', '0', '1', '9', '214', '1,230', '41,900', '1.5 million']
    >>> [count(number, about=True) for number in (0, 0.04, 0.6, 1.2, 9.2)]
    ['none is', 'hardly any is', 'about 1 is', 'about 1 is', 'about 9 are']
    """
    if math.isnan(number):
        return "an unknown number are" if about else "an unknown number of"
    if math.isinf(number) or abs(number) >= 1e12:
        return "countless are" if about else "countless"
    rounded = round(max(0.0, number))
    if about and rounded == 0:
        return "none is" if number <= 0 else "hardly any is"
    if rounded >= 1e6:
        for unit, word in ((1e9, "billion"), (1e6, "million")):
            if rounded >= unit:
                figure = f"{rounded / unit:.1f}".removesuffix(".0") + f" {word}"
                break
    elif rounded >= 1_000:
        step = 10 ** (len(str(rounded)) - 3)
        figure = f"{round(rounded / step) * step:,}"
    else:
        figure = str(rounded)
    if not about:
        return figure
    return f"about {figure} {'is' if rounded == 1 else 'are'}"


def amount(number: float, one: str, many: str = "") -> str:
    """Write so many of something, in the plural unless it is one.

    Examples
    --------
    >>> amount(1, "mention"), amount(1_234, "mention"), amount(2, "person", "people")
    ('1 mention', '1,230 mentions', '2 people')
    """
    text = count(number)
    return f"{text} {one if text == '1' else many or f'{one}s'}"


def exact(number: float) -> str:
    """Write a number that is held against a bound, with one decimal unless it is whole.

    Examples
    --------
    >>> exact(7.64), exact(8.0), exact(1_234.5), exact(float("nan"))
    ('7.6', '8', '1,234.5', 'unknown')
    """
    return "unknown" if math.isnan(number) else f"{number:,.1f}".removesuffix(".0")


def nats(evidence: float) -> str:
    """Write evidence, always with a decimal.

    Examples
    --------
    >>> nats(1.04), nats(25.0)
    ('1.0 nats', '25.0 nats')
    """
    return f"{evidence:,.1f} nats"


def times(ratio: float) -> str:
    """Write a ratio in words.

    Examples
    --------
    >>> times(3.4), times(120.2), times(12_345.0)
    ('3 times', '120 times', 'more than 1,000 times')
    """
    if ratio > MOST_TIMES:
        return f"more than {count(MOST_TIMES)} times"
    return f"{count(ratio)} times"


def percent(share: float) -> str:
    """Write a share as whole per cent, never 0 or 100 where it is not quite.

    Examples
    --------
    >>> percent(0.874), percent(0.998), percent(0.002), percent(1.0), percent(0.0)
    ('87 %', '99 %', '1 %', '100 %', '0 %')
    """
    if math.isnan(share):
        return "an unknown share"
    share = min(1.0, max(0.0, share))
    whole = round(share * 100)
    return f"{whole if share in {0.0, 1.0} else min(99, max(1, whole))} %"


def lasting(seconds: float) -> str:
    """Return a length of time in the unit that a person would use.

    Examples
    --------
    >>> lasting(60), lasting(90), lasting(5400), lasting(200000)
    ('1 minute', '90 seconds', '1.5 hours', '2.3 days')
    """
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size and (seconds >= 2 * size or seconds % size == 0 or size == 3600):
            return _units(seconds / size, unit)
    return _units(seconds, "second")


def _units(value: float, unit: str) -> str:
    text = f"{value:,.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    return f"{text} {unit}{'' if text == '1' else 's'}"
