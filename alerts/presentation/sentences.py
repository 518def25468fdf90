"""The sentences that people read, shared by every receiver. Read them as somebody who was just woken."""

from collections.abc import Callable

from alerts.deliveries.delivery import Delivery
from alerts.incidents.incident import Incident
from alerts.incidents.redaction import is_redacted
from alerts.incidents.sentence import facts_of, sentence_of
from alerts.presentation.story import by_whom, foremost, severity_reason
from alerts.wording.figures import with_share
from alerts.wording.moments import IN_UTC, Times
from alerts.wording.numbers import amount, count, percent
from alerts.wording.peers import compared
from alerts.wording.severity import SEVERITY_WORDS
from detectors.post import Post

SPREAD_SHOWN = 3
PHRASES_SHOWN = 5
TERM_LENGTH = 80
TEST_TITLE = "TEST from Tocsin: nobody needs to act"
TEST_TEXT = "Somebody is checking that messages arrive here. Nothing is wrong, and there is nothing to acknowledge."

_KINDS = {
    "crisis": "crisis",
    "slow_burn": "slow burn",
    "opportunity": "unusual praise",
    "source_silent": "silent source",
}
MIXED = "mixed talk"
NOTHING = "nothing was heard in this time"


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
        return f"{incident.brand_name}: {MIXED if is_mixed(incident) else _KINDS[incident.kind]}"
    return f"{incident.brand_name}: {_KINDS[incident.kind]} ({SEVERITY_WORDS[incident.severity]})"


def is_mixed(incident: Incident) -> bool:
    """Whether it is much talked about, neither in anger nor well."""
    return incident.kind == "opportunity" and incident.counted is not None and incident.counted.mixed


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


def how_much(incident: Incident, times: Times = IN_UTC) -> str:
    """Say how many have spoken since when, against the ordinary."""
    return NOTHING if incident.kind == "source_silent" else str(facts_of(incident).authors(times))


def how_negative(incident: Incident) -> str:
    """Say how many of them were negative, against the ordinary number, and how many could not be scored."""
    return str(facts_of(incident).negative())


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
            taken = f"{incident.acknowledged_by or 'Somebody'} has had it since {times.clock(incident.acknowledged_at)}"
        if incident.acknowledged_until is not None:
            taken += f"; everyone is asked again at {times.clock(incident.acknowledged_until)} if it is not over"
        return f"{taken}.{silenced}"
    return f"Nobody has it yet.{silenced}"


def why_so_bad(incident: Incident) -> tuple[str, str] | None:
    """Return the question about the severity and its answer; nothing if it has not been graded."""
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
    """Return the sentence that says why it fired, with its times written like all others.

    It is made of the incident's facts; of a version before, which kept them not, it is the stored one.
    """
    if incident.counted is not None or incident.silent_sources or not incident.reason:
        return sentence_of(incident, times)
    return times.localized(incident.reason, incident.began_at)


def peers(incident: Incident, times: Times = IN_UTC) -> str:
    """Say how the brand's peers stood, as of the newest comparison; nothing where there is none."""
    return "" if incident.comparison is None else compared(incident.comparison, times)


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
    lines: list[str] = []
    if widest := evidence.amplifiers[:SPREAD_SHOWN]:
        who = ", ".join(f"{cut(term.text, TERM_LENGTH)} ({count(term.weight)})" for term in widest)
        reach, share = sum(term.weight for term in evidence.amplifiers), sum(term.share for term in evidence.amplifiers)
        lines.append(
            f"With the most followers: {who}; {amount(len(evidence.amplifiers), 'author')} of wide reach have "
            f"{amount(reach, 'follower')} in all, {percent(min(1.0, share))} of everyone these posts reach."
        )
    if links := evidence.links[:SPREAD_SHOWN]:
        linked = ", ".join(with_share(cut(term.text, TERM_LENGTH), term.share) for term in links)
        lines.append(f"They link to {linked}.")
    if sources := evidence.sources[:SPREAD_SHOWN]:
        places = ", ".join(
            with_share(cut(term.text, TERM_LENGTH), term.share, usual=term.ordinary_share) for term in sources
        )
        lines.append(f"Said more than usual on {places}.")
    return tuple(lines)


def phrases(incident: Incident, limit: int = PHRASES_SHOWN) -> tuple[str, ...]:
    """Return what they say, each with its share of the posts; where no phrase stands out, the hashtags."""
    terms = incident.evidence.phrases or incident.evidence.hashtags
    return tuple(with_share(f"“{cut(term.text, TERM_LENGTH)}”", term.share) for term in terms[:limit])


def followers(post: Post) -> str:
    """Say how many follow the author of a post; nothing where that is not known."""
    return amount(post.followers, "follower") if post.followers else ""


def posts_to_show(incident: Incident, limit: int = 3) -> tuple[Post, ...]:
    """Return the first posts that still have a text; one that was taken down is never among them."""
    redacted_posts = {change.note for change in incident.changes if change.type == "redacted"}
    posts = (post for post in incident.evidence.posts if post.content.strip())
    return tuple(post for post in posts if not is_redacted(post.id, redacted_posts))[:limit]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
