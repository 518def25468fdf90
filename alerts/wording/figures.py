"""The figures of an outbreak in words, the same on every surface: how many spoke, how many were negative, since when.

They are those of its run, in authors, as the decision counts them: at a rarely mentioned brand the last hour of a run
of ten may hold one post, which explains nothing. Versions before counted mentions, mostly of the last hour.
"""

from msgspec import Struct

from alerts.wording.moments import IN_UTC, Times, is_in_calendar
from alerts.wording.numbers import count, lasting, percent
from detectors.assessment import Kind
from detectors.verdict import Counted

UNSCORED = 0.2
"""Share of unscored authors from which it is said that the negative ones leave them out."""
FEW = 0.5
"""Below half of them it is “only” so many that are negative."""
_DAY_S = 86_400
_SAME_DAY_S = 20 * 3600
"""For so long a time of day needs no day: nobody takes it for that of another."""


class Figure(Struct, frozen=True, kw_only=True):
    """One figure: its number, what it counts, and what would be ordinary; as text, the words of all three.

    Parameters
    ----------
    number
        Empty if there is none.
    of
        What is counted, and since when.
    ordinary
        What it is set against; empty where that is not known.
    """

    number: str
    of: str
    ordinary: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.number, self.of, self.ordinary)))


def how_many(
    counted: Counted, *, warming_up: bool = False, past: bool = False, at_peak: bool = False, times: Times = IN_UTC
) -> Figure:
    """Return who has spoken, since when, and how many would be ordinary.

    Parameters
    ----------
    warming_up
        The brand is too young to know what is ordinary.
    past
        Whether it is reported so late that it needs its end.
    at_peak
        The figures are of the loudest bin.

    Examples
    --------
    >>> found = Counted(seen=1_234, span_s=7_200, expected=2.6, negatives=39, expected_negatives=0.4,
    ...                 negative_share=0.95, expected_negative_share=0.15, at=1752588120)
    >>> str(how_many(found)), str(how_many(found, past=True, warming_up=True))  # doctest: +NORMALIZE_WHITESPACE
    ('1,230 authors since 12:02 UTC where about 3 are ordinary',
     '1,230 authors from 12:02 UTC to 14:02 UTC where about 3 would be expected of a brand this new')
    """
    number = count(counted.seen)
    noun = "mention" if counted.negatives is None else "author"
    unit = noun if number == "1" else f"{noun}s"
    if counted.negatives is not None and counted.span_s > _DAY_S:
        unit += " (each once a day)"
    when = _when(counted, past=past, at_peak=at_peak, times=times)
    return Figure(number=number, of=f"{unit} {when}", ordinary=ordinary(counted.expected, warming_up=warming_up))


def how_negative(kind: Kind, counted: Counted, *, unscored_share: float, warming_up: bool = False) -> Figure:
    """Return how many of them were negative, and how many would be; of good news, and of mentions, the share.

    Parameters
    ----------
    unscored_share
        Share of them that could not be scored.

    Examples
    --------
    >>> found = Counted(seen=41, span_s=7_200, expected=2.6, negatives=39, expected_negatives=0.4,
    ...                 negative_share=0.95, expected_negative_share=0.15, at=1752588120)
    >>> str(how_negative("crisis", found, unscored_share=0.0))
    '39 of them negative where hardly any is ordinary'
    >>> str(how_negative("opportunity", found, unscored_share=0.4))
    '95 % of them negative (usually 15 %) (40 % could not be scored)'

    Where harm is what it was told by, those who report it, or ask for it, stand in the place of the negative ones, and
    by which words they do.

    >>> harm = Counted(seen=41, span_s=7_200, expected=2.6, negatives=14, expected_negatives=1.2, at=1752588120,
    ...                negative_share=0.34, expected_negative_share=0.02, of_harm=True, harms=("recall", "lawsuit"))
    >>> str(how_negative("crisis", harm, unscored_share=0.0))
    '14 report harm (recall, lawsuit) where about 1 is ordinary'
    """
    if counted.of_harm:
        number = "none" if not counted.negatives else count(counted.negatives)
        asked = "" if warming_up else ordinary(counted.expected_negatives)
        return Figure(number=number, of=_reporting(counted), ordinary=asked)
    negatives, share = counted.negatives, counted.negative_share
    if unscored_share >= 1.0 and not negatives and (negatives is not None or share <= 0.0):
        # "none negative" would read as calm
        return Figure(number="", of=f"none of {'which' if negatives is None else 'whom'} could be scored")
    usual = f"(usually {percent(counted.expected_negative_share)})"
    of = "negative" if counted.seen == 1 or negatives is None else "of them negative"
    if kind != "opportunity" and negatives is not None:
        number = "none" if not negatives else "all" if 1 < counted.seen <= negatives else count(negatives)
        usual = ordinary(counted.expected_negatives)
    elif kind == "opportunity" and not (share if negatives is None else negatives):
        number = "none"
    else:
        number = f"{'only ' if kind == 'opportunity' and share < FEW else ''}{percent(share)}"
    aside = f"({unscored(unscored_share)})" if unscored_share >= UNSCORED else ""
    return Figure(number=number, of=of, ordinary=" ".join(filter(None, ("" if warming_up else usual, aside))))


def _reporting(counted: Counted) -> str:
    words = ", ".join(_AS_SAID.get(word, word) for word in counted.harms)
    return f"report{'s' if counted.negatives == 1 else ''} harm{f' ({words})' if words else ''}"


_AS_SAID = {"(request)": "a call to act"}
"""What is no word of a text, in words for people."""


def ordinary(expected: float, *, warming_up: bool = False) -> str:
    """Set a count against what would be ordinary in the same time.

    Examples
    --------
    >>> ordinary(9.2), ordinary(0.04), ordinary(9.2, warming_up=True)  # doctest: +NORMALIZE_WHITESPACE
    ('where about 9 are ordinary', 'where hardly any is ordinary',
     'where about 9 would be expected of a brand this new')
    """
    if warming_up:
        return f"where about {count(expected)} would be expected of a brand this new"
    return f"where {count(expected, about=True)} ordinary"


def unscored(share: float) -> str:
    """Say how many could not be scored."""
    return f"{percent(share)} could not be scored"


def with_share(term: str, share: float, usual: float | None = None) -> str:
    """Write a phrase, link or network with its share of the posts, and with the usual share.

    Examples
    --------
    >>> with_share("mastodon", 0.6, usual=0.2)
    'mastodon (60 %, usually 20 %)'
    """
    return f"{term} ({percent(share)}{'' if usual is None else f', usually {percent(usual)}'})"


def lead(lead_time_s: float) -> str:
    """Say how early it fired, or how late.

    Examples
    --------
    >>> lead(1800.0), lead(-60.0)  # doctest: +NORMALIZE_WHITESPACE
    ('it rang 30 minutes before the middle of its loudest hour',
     'it rang 1 minute after the middle of its loudest hour')
    """
    return (
        f"it rang {lasting(abs(lead_time_s))} {'before' if lead_time_s > 0 else 'after'} the middle of its loudest hour"
    )


def since_when(began_at: float, at: float, times: Times = IN_UTC) -> str:
    """Say since when, with the day where it could be taken for another."""
    return f"since {_moment(began_at, at, times)}"


def _when(counted: Counted, *, past: bool, at_peak: bool, times: Times) -> str:
    """Say in what time they were counted."""
    began_at = counted.at - counted.span_s
    if counted.negatives is not None:
        if past:
            return f"from {_moment(began_at, counted.at, times)} to {_moment(counted.at, began_at, times)}"
        return since_when(began_at, counted.at, times)
    if not counted.span_s:
        return "at the peak"
    span = lasting(counted.span_s).removeprefix("1 ")
    if at_peak:
        return f"in the {span} from {times.clock(began_at)}"
    return f"in the {span} to {times.clock(counted.at)}" if past else f"in the last {span}"


def _moment(at: float, other: float, times: Times) -> str:
    if not is_in_calendar(at):
        return "an unknown time"  # A clock is broken somewhere; the rest of what is said is still true.
    return times.clock(at) if abs(other - at) < _SAME_DAY_S else times.moment(at)
