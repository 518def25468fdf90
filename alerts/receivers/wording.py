"""What a person is told, in words that every receiver shares. Read it as one who was just woken."""

from collections.abc import Callable
from datetime import UTC, datetime

from alerts.delivery import Delivery
from alerts.incident import Change, Incident
from detectors.post import Post
from detectors.reason import UNSCORED, percent

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
_FIRST = datetime(1, 1, 2, tzinfo=UTC).timestamp()
_LAST = datetime(9999, 12, 30, tzinfo=UTC).timestamp()
# Of several changes of one moment, the first of these says best what happened.
_WEIGHT = (
    "opened",
    "reopened",
    "severity_raised",
    "false_alarm",
    "resolved",
    "acknowledgement_expired",
    "unacknowledged",
)


def utc(at: float) -> datetime:
    """Return a moment in UTC, the nearest that a calendar has: a post may claim any.

    Examples
    --------
    >>> utc(0).year, utc(-1e300).year, utc(float("nan")).year
    (1970, 1, 1)
    """
    return datetime.fromtimestamp(at if _FIRST <= at <= _LAST else _FIRST if not at > _LAST else _LAST, UTC)


def day(at: float) -> str:
    """Return the day in UTC.

    Examples
    --------
    >>> day(1310479080)
    '12 July 2011'
    """
    then = utc(at)
    return f"{then.day} {then:%B %Y}"


def clock(at: float) -> str:
    """Return the time of day, saying that it is UTC."""
    return f"{utc(at):%H:%M} UTC"


def moment(at: float) -> str:
    """Return day and time in UTC.

    Examples
    --------
    >>> moment(1310479080)
    '12 July 2011, 13:58 UTC'
    """
    return f"{day(at)}, {clock(at)}"


def lasting(seconds: float) -> str:
    """Return a length of time in the unit that a person would use.

    Examples
    --------
    >>> lasting(60), lasting(90), lasting(5400), lasting(200000)
    ('1 minute', '90 seconds', '1.5 hours', '2.3 days')
    """
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size and (seconds >= 2 * size or seconds % size == 0 or size == 3600):
            return _counted(seconds / size, unit)
    return _counted(seconds, "second")


def number(value: float) -> str:
    """Return a number with as many digits as a person would say.

    Examples
    --------
    >>> number(12345), number(11.4), number(2.04), number(0.62)
    ('12,345', '11', '2', '0.6')
    """
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")


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
    return f"{incident.brand_name}: {_KINDS[incident.kind]} ({incident.severity})"


def since(incident: Incident) -> str:
    """Say since when, and until when where it is over."""
    began = f"since {moment(incident.began_at)}"
    if incident.resolved_at is None:
        return began
    if day(incident.resolved_at) == day(incident.began_at):
        return f"{day(incident.began_at)}, {clock(incident.began_at)} to {clock(incident.resolved_at)}"
    return f"{moment(incident.began_at)} to {moment(incident.resolved_at)}"


def how_much(incident: Incident) -> str:
    """Set the loudest bin, or the part of it that had passed, against the ordinary.

    The ratio is seen by expected, of that bin alone. Where less than one mention was due a ratio would sound
    worse than it is, so the ordinary is told as one mention in so much time.
    """
    if incident.kind == "source_silent":
        return "nothing was heard in this time"
    if incident.peak_s:
        when = f"in the {lasting(incident.peak_s).removeprefix('1 ')} from {clock(incident.peak_bin)}"
    else:
        when = "at the peak"
    seen = f"{incident.seen:,} {'mention' if incident.seen == 1 else 'mentions'} {when}"
    return f"{seen}, {_against_ordinary(incident.seen, incident.expected, incident.peak_s)}"


def how_negative(incident: Incident) -> str:
    """Say how negative, against the ordinary, and how much of it nobody can tell."""
    share = f"{percent(incident.negative_share)} of them negative"
    said = f"{share}, where {percent(incident.expected_negative_share)} is ordinary"
    unscored = incident.evidence.unscored_share
    if unscored >= 1.0 and incident.negative_share <= 0.0:
        return "none of them could be scored"  # "0 % negative" would read as calm
    return said if unscored < UNSCORED else f"{said}; {percent(unscored)} could not be scored"


def holder(incident: Incident) -> str:
    """Say who has it, or that nobody has."""
    if incident.false_alarm:
        return f"{_by(incident, 'false_alarm')} marked this as not a crisis."
    if incident.status == "resolved":
        return "It is over. Nobody needs to act."
    silenced = f" Silenced until {moment(incident.silenced_until)}." if incident.silenced_until else ""
    if incident.status == "acknowledged":
        taken = f"{incident.acknowledged_by or 'Somebody'} has it"
        if incident.acknowledged_at is not None:
            taken += f" since {clock(incident.acknowledged_at)}"
        if incident.acknowledged_until is not None:
            taken += f"; asked again at {clock(incident.acknowledged_until)} if it is not over"
        return f"{taken}.{silenced}"
    return f"Nobody has it yet.{silenced}"


def lock_screen(delivery: Delivery) -> str:
    """Say all in two sentences: what a locked phone shows at four in the morning."""
    if delivery.purpose == "test":
        return f"{TEST_TITLE}. {TEST_TEXT}"
    incident = delivery.incident
    # The reason speaks of the moment at which it rang ("in the last minute"), so not once it is over.
    last = _capital(f"{how_much(incident)}.") if incident.status == "resolved" else sentence(incident)
    return f"{headline(delivery)}, {since(incident)}. {last}"


def sentence(incident: Incident) -> str:
    """Return the reason without the brand, which it names for those who read it alone."""
    told = incident.reason.removeprefix(f"{incident.brand_name}: ") or f"{how_much(incident)}."
    return _capital(told)


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


def newest(incident: Incident) -> Change:
    """Return the change that a delivery tells of.

    Where a step was told because of a change of the same moment, that change: its own delivery, if there was one, is
    superseded by this one before it leaves.
    """
    before, change = incident.changes[-2:-1], incident.changes[-1]
    return before[0] if change.type == "notified" and before and before[0].at == change.at else change


def foremost(incident: Incident) -> Change:
    """Return the change that says best what happened at the newest moment."""
    moment_of = [change for change in incident.changes if change.at == incident.changes[-1].at]
    return min(reversed(moment_of), key=lambda c: _WEIGHT.index(c.type) if c.type in _WEIGHT else len(_WEIGHT))


def opening_note(incident: Incident) -> str:
    """Return what was noted when it opened, e.g. that it is told late; often nothing."""
    note = next((change.note for change in incident.changes if change.type == "opened"), "")
    return _capital(f"{note}.") if note else ""


def story(incident: Incident) -> str:
    """Tell the newest change as a sentence, or as nothing where the figures themselves tell it."""
    change = newest(incident)
    until = f" until {moment(change.until)}" if change.until else ""
    note = f": {change.note}" if change.note else ""
    aside = _aside(change)
    told = {
        "opened": f"Opened{note}",
        "reopened": f"Back again{note}",
        "severity_raised": f"Severity is now {incident.severity}{note or _reason(incident)}",
        "acknowledged": f"{change.by} has it{until}{note}",
        "acknowledgement_expired": f"The acknowledgement ran out and it is not over{aside}. Nobody has it now",
        "unacknowledged": f"{change.by} gave it back{aside}. Nobody has it now",
        "silenced": f"{change.by} silenced it{until}{note}",
        "unsilenced": f"The silence is over{aside}",
        "resolved": f"Over{note}" if change.by == "tocsin" else f"{change.by} closed it{note}",
        "false_alarm": f"{change.by} marked this as not a crisis{note}",
        "false_alarm_revoked": f"{change.by} says it is a crisis after all{note}",
        "links_revoked": f"{change.by} withdrew all links sent before{aside}. Newer messages carry fresh ones",
        "notified": _next_told(incident, change),
        "note": f"{change.by}{note}",
    }.get(change.type, "")
    return told if not told or told.endswith((".", "!", "?")) else f"{told}."


def spread(incident: Incident) -> tuple[str, ...]:
    """Say who carries it furthest, what they link to and where it is said more than ordinarily; a sentence each."""
    evidence = incident.evidence
    told: list[str] = []
    if widest := evidence.amplifiers[:SPREAD_SHOWN]:
        who = ", ".join(f"{cut(term.text, TERM_LENGTH)} ({term.weight:,.0f})" for term in widest)
        reach, share = sum(term.weight for term in evidence.amplifiers), sum(term.share for term in evidence.amplifiers)
        told.append(
            f"Carried furthest, by followers: {who}; {_counted(len(evidence.amplifiers), 'author')} of wide reach with "
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
    shown = (post for post in incident.evidence.posts if post.content.strip() and post.id not in taken_down)
    return tuple(shown)[:limit]


def _next_told(incident: Incident, change: Change) -> str:
    step = f"step {(change.step or 0) + 1} of the policy {incident.policy}"
    return f"Nobody has taken it, so {step} was told{_aside(change)}"


def _aside(change: Change) -> str:
    return f" ({change.note})" if change.note else ""


def _against_ordinary(seen: int, expected: float, span_s: int) -> str:
    if expected < 1:
        if expected >= 0.75:
            return "where about one is ordinary"
        if expected > 0 and span_s > 0:
            return f"where one in {lasting(_rounded(span_s / expected))} is ordinary"
        return "where less than one is ordinary"
    ratio = seen / expected
    if ratio < 0.95:
        return f"where {number(expected)} were due" if seen == 0 else f"fewer than the ordinary {number(expected)}"
    if ratio < 1.05:
        return f"about the ordinary {number(expected)}"
    return f"{number(ratio)} times the ordinary {number(expected)}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _rounded(seconds: float) -> float:
    unit = next((size for size in (86400, 3600, 60) if seconds >= 2 * size), 1)
    return unit * round(seconds / unit)


def _counted(value: float, unit: str) -> str:
    return f"{number(value)} {unit}{'' if number(value) == '1' else 's'}"


def _by(incident: Incident, change_type: str) -> str:
    return next((c.by for c in reversed(incident.changes) if c.type == change_type), "Somebody")


def _reason(incident: Incident) -> str:
    return f": {incident.severity_reason}" if incident.severity_reason else ""
