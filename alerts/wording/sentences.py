"""What a person is told, in words that every receiver shares. Read it as one who was just woken."""

import re
from collections.abc import Callable

from alerts.deliveries.delivery import Delivery
from alerts.incidents.incident import Incident
from alerts.incidents.redaction import is_taken_down
from alerts.moments import IN_UTC, Times, counted, lasting, number
from alerts.wording.story import SEVERITY_WORDS, by_whom, foremost, severity_reason
from detectors.explanation import reason as reasons
from detectors.explanation.reason import MOST_TIMES, UNSCORED, count, percent
from detectors.explanation.run_reason import authors, negative_ones
from detectors.post import Post
from detectors.verdict import Counted

SPREAD_SHOWN = 3
TERM_LENGTH = 80
TEST_TITLE = "TEST from Tocsin: nobody needs to act"
TEST_TEXT = "Somebody is checking that messages arrive here. Nothing is wrong, and there is nothing to acknowledge."

_KINDS = {
    "crisis": "crisis",
    "slow_burn": "slow burn",
    "opportunity": "unusual praise",
    "source_silent": "silent source",
}
_IN_THE_LAST = re.compile(r" in the last (?:[\d,.]+ )?(?:second|minute|hour|day)s? ")
_FRESH_S = 900
"""For so long after it was made, "the last hour" of a sentence is still the last hour."""


def units(text: str) -> int:
    """Return the length of a text as channels measure it, in UTF-16 code units: most emoji are two.

    Examples
    --------
    >>> units("a😡")
    3
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int, size: Callable[[str], int] = units) -> str:
    """Shorten a text to ``limit``, showing that something is missing.

    Parameters
    ----------
    size
        Measures what is sent of a text, by default in UTF-16 code units. It must be a sum over the characters.

    Examples
    --------
    >>> cut("a long sentence", 7), cut("😡😡😡", 4)
    ('a long…', '😡…')
    """
    if size(text) <= limit:
        return text
    left, end = limit - size("…"), 0
    while end < len(text) and (left := left - size(text[end])) >= 0:
        end += 1
    return text[:end].rstrip() + "…"


def title(incident: Incident) -> str:
    """Name brand, what and how bad, e.g. ``Northside Hospital Trust: crisis (critical)``."""
    if incident.kind in {"opportunity", "source_silent"}:
        return f"{incident.brand_name}: {_KINDS[incident.kind]}"
    return f"{incident.brand_name}: {_KINDS[incident.kind]} ({SEVERITY_WORDS[incident.severity]})"


def times_of(delivery: Delivery, *, marked: bool = False) -> Times:
    """Return how the receiver of a delivery reads moments."""
    return Times(delivery.time_zone or "UTC", marked)


def since(incident: Incident, times: Times = IN_UTC) -> str:
    """Say since when, and until when where it is over."""
    began = f"since {times.moment(incident.began_at)}"
    if incident.resolved_at is None:
        return began
    if times.local(incident.resolved_at).date() == times.local(incident.began_at).date():
        return f"{times.moment(incident.began_at)} to {times.clock(incident.resolved_at)}"
    return f"{times.moment(incident.began_at)} to {times.moment(incident.resolved_at)}"


def figures(incident: Incident) -> Counted:
    """Return the one set of figures that is told of an incident everywhere: those of its sentence.

    Versions before kept those of the loudest bin alone.
    """
    if incident.counted is not None:
        return incident.counted
    return Counted(
        seen=incident.seen,
        span_s=incident.peak_s,
        expected=incident.expected,
        negative_share=incident.negative_share,
        expected_negative_share=incident.expected_negative_share,
        at=incident.peak_bin + incident.peak_s,
    )


def how_much(incident: Incident, times: Times = IN_UTC) -> str:
    """Set the authors, or the mentions, against the ordinary of the same time.

    Where less than one mention was due a ratio would sound worse than it is, so the ordinary is told as one mention in
    so much time.
    """
    if incident.kind == "source_silent":
        return "nothing was heard in this time"
    found = figures(incident)
    seen = f"{how_many(found)} {within(incident, times)}"
    return f"{seen}, {against_ordinary(found.seen, found.expected, found.span_s)}"


def how_many(found: Counted) -> str:
    """Say how many authors, or in what versions before counted, how many mentions."""
    return " ".join(number_and_unit(found))


def number_and_unit(found: Counted) -> tuple[str, str]:
    """Return the number and what is counted."""
    number = count(found.seen)
    if found.negatives is None:
        return number, "mention" if found.seen == 1 else "mentions"
    return number, authors(found).removeprefix(f"{number} ")


def within(incident: Incident, times: Times = IN_UTC) -> str:
    """Say in what time they were counted."""
    found = figures(incident)
    if found.negatives is not None:
        return _since_it_began(incident, found, times)
    if not found.span_s:
        return "at the peak"
    span = lasting(found.span_s).removeprefix("1 ")
    if incident.counted is None:
        return f"in the {span} from {times.clock(found.at - found.span_s)}"
    newest_at = max(incident.last_event_at, incident.resolved_at or 0)
    if incident.status == "resolved" or newest_at - found.at > _FRESH_S:
        return f"in the {span} to {times.clock(found.at)}"
    return f"in the last {span}"


def _since_it_began(incident: Incident, found: Counted, times: Times) -> str:
    began_at = found.at - found.span_s
    told = times.clock if times.local(began_at).date() == times.local(found.at).date() else times.moment
    newest_at = max(incident.last_event_at, incident.resolved_at or 0)
    if incident.status == "resolved" or newest_at - found.at > _FRESH_S:
        return f"from {told(began_at)} to {told(found.at)}"
    return f"since {told(began_at)}"


def how_negative(incident: Incident) -> str:
    """Say how negative, against the ordinary, and how much of it nobody can tell."""
    found = figures(incident)
    if found.negatives is not None:
        return _how_many_negative(found)
    share = f"{percent(found.negative_share)} of them negative"
    said = f"{share}, where {percent(found.expected_negative_share)} is ordinary"
    unscored = incident.evidence.unscored_share
    if unscored >= 1.0 and found.negative_share <= 0.0:
        return "none of them could be scored"  # "0 % negative" would read as calm
    return said if unscored < UNSCORED else f"{said}; {percent(unscored)} could not be scored"


def _how_many_negative(found: Counted) -> str:
    said = negative_ones(found)
    if found.unscored_share >= 1.0 and not found.negatives:
        return said
    said += f", where {count(found.expected_negatives, about=True)} ordinary"
    return said if found.unscored_share < UNSCORED else f"{said}; {percent(found.unscored_share)} could not be scored"


def holder(incident: Incident, times: Times = IN_UTC) -> str:
    """Say who has it, or that nobody has."""
    if incident.false_alarm:
        return f"{by_whom(incident, 'false_alarm')} marked this as not a crisis."
    if incident.status == "resolved":
        return "It is over. Nobody needs to act."
    silenced = f" Silenced until {times.moment(incident.silenced_until)}." if incident.silenced_until else ""
    if incident.status == "acknowledged":
        taken = f"{incident.acknowledged_by or 'Somebody'} has it"
        if incident.acknowledged_at is not None:
            taken += f" since {times.clock(incident.acknowledged_at)}"
        if incident.acknowledged_until is not None:
            taken += f"; asked again at {times.clock(incident.acknowledged_until)} if it is not over"
        return f"{taken}.{silenced}"
    return f"Nobody has it yet.{silenced}"


def why_so_bad(incident: Incident) -> tuple[str, str] | None:
    """Return what is asked and what is answered of how bad it is; nothing where nobody has graded it."""
    reason = severity_reason(incident.severity_reason)
    return (f"Why {SEVERITY_WORDS[incident.severity]}", reason) if reason else None


def lock_screen(delivery: Delivery) -> str:
    """Say all in two sentences: what a locked phone shows at four in the morning."""
    if delivery.purpose == "test":
        return f"{TEST_TITLE}. {TEST_TEXT}"
    incident, times = delivery.incident, times_of(delivery)
    # The reason speaks of the moment at which it rang ("in the last minute"), so not once it is over.
    is_over = incident.status == "resolved"
    last = _capital(f"{how_much(incident, times)}.") if is_over else sentence(incident, times)
    return f"{headline(delivery)}, {since(incident, times)}. {last}"


def sentence(incident: Incident, times: Times = IN_UTC) -> str:
    """Return the reason without the brand, which it names for those who read it alone."""
    return _capital(reason(incident, times).removeprefix(f"{incident.brand_name}: "))


def reason(incident: Incident, times: Times = IN_UTC) -> str:
    """Return the sentence that says why it rang, with its moments as all others are written."""
    told = incident.reason or f"{how_much(incident, times)}."
    found = figures(incident)
    told = times.localized(told, incident.began_at if found.negatives is None else found.at - found.span_s)
    if incident.counted is not None:
        # What was the last hour when it was written is told by the clock later on.
        told = _IN_THE_LAST.sub(lambda _: f" {within(incident, times)} ", told, count=1)
    return told


def invitation(incident: Incident) -> str:
    """Return the words of the link to the incident's page."""
    return "See it, and take it" if incident.status == "open" else "See it"


def headline(delivery: Delivery) -> str:
    """Return the title with what is new put before it, unless the incident itself is the news."""
    incident = delivery.incident
    if delivery.purpose == "test":
        return TEST_TITLE
    before = {
        "reopened": "Back again",
        "severity_raised": "Now worse",
        "resolved": "Over",
        "false_alarm": "Not a crisis",
        "acknowledgement_expired": "Still going, and nobody has it",
        "unacknowledged": "Given back, nobody has it",
        "acknowledged": f"{incident.acknowledged_by or 'Somebody'} has it",
        "links_revoked": "New link",
    }.get(foremost(incident).type, "") if incident.changes else ""  # fmt: skip
    return f"{before}: {title(incident)}" if before else title(incident)


def spread(incident: Incident) -> tuple[str, ...]:
    """Say who carries it furthest, what they link to and where it is said more than ordinarily; a sentence each."""
    evidence = incident.evidence
    told: list[str] = []
    if widest := evidence.amplifiers[:SPREAD_SHOWN]:
        who = ", ".join(f"{cut(term.text, TERM_LENGTH)} ({term.weight:,.0f})" for term in widest)
        reach, share = sum(term.weight for term in evidence.amplifiers), sum(term.share for term in evidence.amplifiers)
        told.append(
            f"Carried furthest, by followers: {who}; {counted(len(evidence.amplifiers), 'author')} of wide reach with "
            f"{reach:,.0f} followers in all, {percent(min(1.0, share))} of those whom these posts reach."
        )
    if links := evidence.links[:SPREAD_SHOWN]:
        linked = ", ".join(f"{cut(term.text, TERM_LENGTH)} ({percent(term.share)})" for term in links)
        told.append(f"They link to {linked}.")
    if sources := evidence.sources[:SPREAD_SHOWN]:
        said = ", ".join(
            f"{cut(term.text, TERM_LENGTH)} ({percent(term.share)}, ordinary {percent(term.ordinary_share)})"
            for term in sources
        )
        told.append(f"More than ordinarily on {said}.")
    return tuple(told)


def posts_to_show(incident: Incident, limit: int = 3) -> tuple[Post, ...]:
    """Return the first posts that still have a text; one that was taken down is never among them."""
    taken_down = {change.note for change in incident.changes if change.type == "redacted"}
    posts = (post for post in incident.evidence.posts if post.content.strip())
    return tuple(post for post in posts if not is_taken_down(post.id, taken_down))[:limit]


def against_ordinary(seen: int, expected: float, span_s: int) -> str:
    """Say how a count stands to what was due in the same time."""
    if expected < 1:
        if expected >= 0.75:
            return "where about one is ordinary"
        if expected > 0 and span_s > 0:
            return f"where one in {lasting(_rounded(span_s / expected))} is ordinary"
        return "where less than one is ordinary"
    ratio = seen / expected
    ordinary = number(expected) if expected < 2 else count(expected)
    if ratio < 0.95:
        return f"where {ordinary} were due" if seen == 0 else f"fewer than the ordinary {ordinary}"
    if ratio < 1.05:
        return f"about the ordinary {ordinary}"
    return f"{times_as_many(ratio)} the ordinary {ordinary}"


def times_as_many(ratio: float) -> str:
    """Write a ratio with the digits that a person would say; beyond a thousand it says no more than that.

    Examples
    --------
    >>> times_as_many(3.46), times_as_many(10_800.0)
    ('3.5 times', 'more than 1,000 times')
    """
    return reasons.times(ratio) if ratio > MOST_TIMES else f"{number(ratio)} times"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _rounded(seconds: float) -> float:
    unit = next((size for size in (86400, 3600, 60) if seconds >= 2 * size), 1)
    return unit * round(seconds / unit)
