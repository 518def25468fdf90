"""The one sentence that says why it rang, in a person's words and from the facts alone."""

import math
import unicodedata
from datetime import UTC, datetime, timedelta

from detectors.assessment import Kind
from detectors.verdict import Evidence

LONGEST = 400
"""Characters; a lock screen shows about 180, a pager's summary takes 1,024."""
_LONGEST_NAME = 60
_LONGEST_QUOTE = 40
_PHRASES_WEIGHED = 5
_HASHTAGS_SAID = 1
_ONE_VOICE = 0.5
"""Share of the sample from which an author or a text is named as the outbreak itself."""
UNSCORED = 0.2
"""Share of unscored mentions from which it is said that the negative share leaves them out."""
MOST_TIMES = 1_000
"""Beyond this a ratio says only that there is next to no ordinary to compare with."""
_SAME_DAY = timedelta(hours=20)
_NO_EVIDENCE = Evidence()


def reason(
    kind: Kind,
    brand: str,
    *,
    seen: int,
    span_s: int,
    expected: float,
    negative_share: float,
    expected_negative_share: float,
    began_at: int,
    at: int,
    evidence: Evidence = _NO_EVIDENCE,
    warming_up: bool = False,
    source: str = "",
) -> str:
    """Return one sentence of at most 400 characters that says what is going on.

    Parameters
    ----------
    kind, brand
        What it is, and the brand's name.
    seen, span_s, expected
        Mentions in the last ``span_s`` seconds, and those due. For a silent source, what was due since it stopped.
    negative_share, expected_negative_share
        Of the same mentions and of ordinary ones, 0 to 1.
    began_at, at
        When it began, and the moment that is spoken of; epoch seconds.
    evidence
        What people say and whether one voice says it all.
    warming_up
        The brand is too young to know what is ordinary.
    source
        The source that stopped, for ``source_silent``.

    Examples
    --------
    >>> from detectors.verdict import Term
    >>> said = reason("crisis", "Northside", seen=214, span_s=600, expected=9.2, negative_share=0.87,
    ...               expected_negative_share=0.21, began_at=1752588120, at=1752588600,
    ...               evidence=Evidence(phrases=(Term(text="car park charges", share=0.4),)))
    >>> said[:73]
    'Northside: 214 mentions in the last 10 minutes where about 9 are ordinary'
    >>> said[73:]
    ', 87 % negative (usually 21 %), since 14:02 UTC; people say “car park charges”.'
    """
    name, since = named(brand), since_when(began_at, at)
    if kind == "source_silent":
        of = _plain(source, _LONGEST_NAME)
        due = f", where {count(expected, about=True)} ordinary" if expected > 0 else ""
        return _within(f"{name}: nothing {f'from {of} ' if of else ''}{since}{due}; what is said there goes unheard.")
    ordinary = (
        f"where about {count(expected)} would be expected of a brand this new"
        if warming_up
        else f"where {count(expected, about=True)} ordinary"
    )
    heard = f"{count(seen)} {'mention' if seen == 1 else 'mentions'} in {_span(span_s)} {ordinary}"
    mood = _mood(kind, negative_share, expected_negative_share, known=not warming_up)
    if evidence.unscored_share >= 1.0 and negative_share <= 0.0:
        mood = "none of which could be scored"  # "0 % negative" would read as calm
    elif evidence.unscored_share >= UNSCORED:
        mood += f" ({percent(evidence.unscored_share)} could not be scored)"
    if kind == "slow_burn":
        said = f"{name}: more than usual {since}: {heard}, {mood}"
    elif kind == "opportunity":
        # Nothing scores praise; that few are negative is all that is known.
        calm = "" if evidence.unscored_share >= _ONE_VOICE else ", and not in anger"
        said = f"{name} is much talked about{calm}: {heard}, {mood}, {since}"
    else:
        said = f"{name}: {heard}, {mood}, {since}"
    return finished(said, evidence)


def finished(said: str, evidence: Evidence) -> str:
    """Return the sentence that begins so, with what people say and whether one voice says it, where that has room."""
    caution = _caution(evidence)
    people = _people_say(evidence)
    for tail in ((caution, people), (caution, people[:1]), (caution, ()), ((), ())):
        sentence = f"{said}{''.join(f'; {clause}' for part in tail for clause in part)}."
        if len(sentence) <= LONGEST:
            return sentence
    return _within(f"{said}.")


def cited(evidence: Evidence) -> Evidence:
    """Return of the evidence what a sentence may name: phrases, a hashtag, one author or one text behind it all."""
    return Evidence(
        phrases=evidence.phrases[:_PHRASES_WEIGHED],
        hashtags=evidence.hashtags[:_HASHTAGS_SAID],
        concentration=evidence.concentration,
        unscored_share=evidence.unscored_share,
    )


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


def _mood(kind: Kind, share: float, ordinary: float, *, known: bool) -> str:
    if kind == "opportunity":
        said = "none negative" if share <= 0.0 else f"{'only ' if share < 0.5 else ''}{percent(share)} negative"
    else:
        said = f"{percent(share)} negative"
    return f"{said} (usually {percent(ordinary)})" if known else said


def _caution(evidence: Evidence) -> tuple[str, ...]:
    """Name one voice behind it all: another finding than many people, and the first thing that one would ask."""
    found = evidence.concentration
    if found.loudest_author and (not found.rings_without_loudest_author or found.loudest_author_share >= _ONE_VOICE):
        share = percent(found.loudest_author_share)
        return (f"possible coordination: {share} of the posts are {by_one_author(found.loudest_author)}",)
    if found.repeated_text and (not found.rings_without_repeated_text or found.repeated_text_share >= _ONE_VOICE):
        share = percent(found.repeated_text_share)
        return (f"possible coordination: {share} of the posts {repeating_one_text(found.repeated_text)}",)
    return ()


def by_one_author(name: str) -> str:
    """Return how the sentence names the author behind it all, so that the name can be found in it again."""
    return f"by one author, {_plain(name, _LONGEST_QUOTE)}"


def repeating_one_text(text: str) -> str:
    """Return how the sentence quotes the text that many repeat, so that it can be found in it again."""
    return f"repeat one text, “{_plain(text, _LONGEST_QUOTE)}”"


def _people_say(evidence: Evidence) -> tuple[str, ...]:
    # “car park charges” tells a reader more than “charges”, though the shorter is said more.
    telling = sorted(evidence.phrases[:_PHRASES_WEIGHED], key=lambda term: " " not in term.text)
    said = [f"“{text}”" for term in telling[:2] if (text := _plain(term.text, _LONGEST_QUOTE))]
    said += [
        f"#{text}"
        for term in evidence.hashtags[:_HASHTAGS_SAID]
        if (text := _plain(term.text.lstrip("#"), _LONGEST_QUOTE))
    ]
    return (f"people say {', '.join(said)}",) if said else ()


def _span(span_s: int) -> str:
    for unit, word in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        # Two of a unit before it is used, so that 90 minutes are not “1 hour”; whole units are always used.
        if span_s >= 2 * unit or (span_s >= unit and span_s % unit == 0) or unit == 1:
            number = max(1, round(span_s / unit))
            return f"the last {word}" if number == 1 else f"the last {count(number)} {word}s"
    raise AssertionError  # pragma: no cover – seconds always fit


def named(brand: str) -> str:
    """Return the name of a brand as the sentence has it."""
    return _plain(brand, _LONGEST_NAME) or "A brand without a name"


def since_when(began_at: int, at: int) -> str:
    """Say since when, with the day where that is not today's; both are epoch seconds."""
    try:
        began, now = datetime.fromtimestamp(began_at, UTC), datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        # A time that no calendar holds comes of a broken clock somewhere; the rest of the sentence is still true.
        return "since an unknown time"
    if abs(now - began) < _SAME_DAY:
        return f"since {began:%H:%M} UTC"
    if began.year == now.year:
        return f"since {began.day} {began:%b %H:%M} UTC"
    return f"since {began.day} {began:%b %Y %H:%M} UTC"


def quotable(text: str) -> str:
    """Return a text as the sentence quotes it: one line without control, format and lone surrogate characters."""
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(kept.split()).strip("“”\"' ")


def _plain(text: str, longest: int) -> str:
    """Return a quotable text cut at a word where possible."""
    line = quotable(text[: 4 * longest])
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > longest // 2 else cut).rstrip() + "…"


def _within(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 1] + "…"
