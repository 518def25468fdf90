"""What a person reads on the page of an incident: pure, from the incident to words and figures.

Written for someone who was woken, holds a phone, and has ten seconds.
"""

from msgspec import Struct
from msgspec.structs import replace

from alerts.incidents.escalation import may_page
from alerts.incidents.feedback import learned
from alerts.incidents.incident import Change, Incident
from alerts.incidents.sentence import facts_of
from alerts.incidents.silence import is_silenced
from alerts.presentation import sentences, story
from alerts.presentation.shown import shown
from alerts.presentation.story import severity_reason
from alerts.web.actions import Action, offered
from alerts.wording.figures import UNSCORED, Figure, unscored
from alerts.wording.foreign_text import host_of, sanitise, web_address
from alerts.wording.late_posts import came_late
from alerts.wording.moments import IN_UTC, Times
from alerts.wording.not_heard import not_heard
from alerts.wording.numbers import amount, lasting, percent
from alerts.wording.severity import SEVERITY_WORDS
from alerts.wording.threshold import why_sooner_or_later
from detectors.post import Post
from detectors.verdict import SEVERITIES, Term
from streams.ingest.post_key import post_key

PHRASES_SHOWN = 5
POST_LENGTH = 300
NAME_LENGTH = 60
NOTE_LENGTH = 300

_NEGATIVE = {True: "negative", False: "not negative"}
_VIA = {"slack": "in Slack", "cli": "from the command line"}


class Moment(Struct, frozen=True, kw_only=True):
    """One line of the story: when, what, and by which way."""

    clock: str
    text: str
    way: str = ""


class Quote(Struct, frozen=True, kw_only=True):
    """One post as it is shown; ``url`` is empty where it may not be linked to.

    ``key`` names it on the form, and is empty where it cannot be marked; ``counted`` is what it was counted as, and
    ``mark`` the officer's mark on it.
    """

    text: str
    author: str
    detail: str
    language: str = ""
    url: str = ""
    host: str = ""
    key: str = ""
    counted: str = ""
    mark: str = ""


class Phrase(Struct, frozen=True, kw_only=True):
    """A phrase and how often it is said, now and ordinarily."""

    text: str
    share: str
    ordinary: str
    per_cent: int


class View(Struct, frozen=True, kw_only=True):
    """The page, in the order in which it is read; moments in it are marked (see ``Times``).

    ``severity`` is the level's own name, for colour and shape alone; ``how_bad`` are its words, and ``level`` says
    which of how many it is, where it is one.
    """

    brand: str
    severity: str
    how_bad: str
    level: str
    status: str
    heading: str
    people_say: str
    since: str
    figures: tuple[Figure, ...]
    holder: str
    holding: str
    actions: tuple[Action, ...]
    reason: str
    severity_reason: str
    peers: str
    phrases: tuple[Phrase, ...]
    authors: str
    spread: tuple[str, ...]
    cautions: tuple[str, ...]
    posts: tuple[Quote, ...]
    gone: tuple[Quote, ...]
    marks: int
    story: tuple[Moment, ...]
    figures_until: str


def view(incident: Incident, now: float, times: Times = IN_UTC) -> View:
    """Say all that the page says.

    Parameters
    ----------
    incident
        Its newest state.
    now
        Wall time, epoch seconds.
    times
        How moments are written.
    """
    incident = shown(incident)
    posts = sentences.posts_to_show(incident)
    phrases = tuple(_phrase(term) for term in incident.evidence.phrases[:PHRASES_SHOWN])
    return View(
        brand=sanitise(incident.brand_name, NAME_LENGTH),
        severity=incident.severity,
        how_bad=_how_bad(incident),
        level=f"level {SEVERITIES.index(incident.severity) + 1} of {len(SEVERITIES)}" if may_page(incident) else "",
        status=_status(incident),
        heading=_heading(incident),
        people_say=_people_say(incident, phrases),
        since=_since(incident, times),
        figures=_figures(incident, times),
        holder=_holder(incident, times),
        holding=_holding(incident, now, times),
        actions=offered(incident, now),
        reason=sentences.reason(incident, times),
        severity_reason=severity_reason(incident.severity_reason),
        peers=sentences.peers(incident, times),
        phrases=phrases,
        authors=_authors(incident),
        spread=sentences.spread(incident),
        cautions=_cautions(incident, times),
        posts=tuple(_quote(post, incident, times) for post in posts),
        gone=tuple(_gone(post, incident) for post in incident.marked if post not in {post.id for post in posts}),
        marks=incident.marks,
        story=tuple(moment for change in incident.changes if (moment := _moment(change, incident, times)) is not None),
        figures_until=times.moment(incident.last_event_at or incident.opened_at),
    )


def _how_bad(incident: Incident) -> str:
    if may_page(incident):
        return SEVERITY_WORDS[incident.severity].capitalize()
    if sentences.is_mixed(incident):
        return sentences.MIXED.capitalize()
    return {"opportunity": "Unusual praise", "source_silent": "Silent source"}[incident.kind]


def _status(incident: Incident) -> str:
    if incident.false_alarm:
        return "not a crisis"
    return {"open": "open", "acknowledged": "taken", "resolved": "over"}[incident.status]


def _heading(incident: Incident) -> str:
    brand = sanitise(incident.brand_name, NAME_LENGTH)
    mixed = sentences.is_mixed(incident)
    if incident.status == "resolved":
        return (
            {
                "crisis": f"The crisis about {brand} is over",
                "slow_burn": f"The slow-burning crisis about {brand} is over",
                "opportunity": f"The {'talk about' if mixed else 'praise of'} {brand} has died down",
                "source_silent": f"A source about {brand} is heard again",
            }[incident.kind]
            if not incident.false_alarm
            else f"This was no crisis for {brand}"
        )
    return {
        "crisis": f"People are turning against {brand}",
        "slow_burn": f"Anger at {brand} is slowly building",
        "opportunity": f"{brand} is being talked about a lot, and {'reactions are mixed' if mixed else 'not in anger'}",
        "source_silent": f"A source about {brand} has fallen silent",
    }[incident.kind]


def _since(incident: Incident, times: Times) -> str:
    """Say since when and how long, by event time: the page may be of a replay, years later."""
    if incident.resolved_at is not None:
        return sentences.since(incident, times)
    lasted_s = max(incident.last_event_at, incident.opened_at) - incident.began_at
    so_far = f", {lasting(60 * round(lasted_s / 60))} so far" if lasted_s >= 60 else ""
    return f"Since {times.moment(incident.began_at)}{so_far}"


def _people_say(incident: Incident, phrases: tuple[Phrase, ...]) -> str:
    if incident.kind == "source_silent":
        return ""
    quotes = ", ".join(f"“{phrase.text}”" for phrase in phrases[:2])
    return f"They {'said' if incident.status == 'resolved' else 'say'} {quotes}" if quotes else ""


def _holder(incident: Incident, times: Times) -> str:
    if incident.status == "acknowledged" and not incident.false_alarm:
        return f"{sanitise(incident.acknowledged_by, NAME_LENGTH) or 'Somebody'} has it"
    return sentences.holder(replace(incident, silenced_until=None), times).removesuffix(".")


def _holding(incident: Incident, now: float, times: Times) -> str:
    """Say since when it is held, until when, whether it is silenced, and what is learned of it."""
    text = ""
    if incident.status == "acknowledged" and incident.acknowledged_at is not None:
        text = f"Since {times.clock(incident.acknowledged_at)}."
        if incident.acknowledged_until is not None:
            # With its day, for it may be another one on the clock that the browser shows.
            text += f" If it is not over by {times.moment(incident.acknowledged_until)}, everyone is asked again."
    if is_silenced(incident, now) and incident.silenced_until is not None and incident.status != "resolved":
        text += f" Silenced until {times.moment(incident.silenced_until)}: nobody is woken."
    text += f" {learned(incident, times)}"
    return text.strip()


def _figures(incident: Incident, times: Times) -> tuple[Figure, ...]:
    """Return the figures of the sentence, and no others: two that differ would have to be explained at night."""
    if incident.kind == "source_silent":
        return ()
    facts = facts_of(incident)
    return facts.authors(times), facts.negative()


def _phrase(term: Term) -> Phrase:
    return Phrase(
        text=sanitise(term.text, NAME_LENGTH),
        share=percent(term.share),
        ordinary=percent(term.ordinary_share),
        per_cent=round(100 * min(1.0, max(0.0, term.share))),
    )


def _authors(incident: Incident) -> str:
    found = incident.evidence.concentration
    if not found.authors:
        return ""
    people = f"{amount(found.authors, 'author')} wrote"
    return f"{people} {amount(found.texts, 'different text')}." if found.texts else f"{people}."


def _cautions(incident: Incident, times: Times) -> tuple[str, ...]:
    """Say what a careful reader would ask first: is it many people, or one."""
    found = incident.evidence.concentration
    lines = []
    if not found.rings_without_loudest_author:
        who = sanitise(found.loudest_author, NAME_LENGTH) or "its loudest author"
        lines.append(f"Without {who} ({percent(found.loudest_author_share)} of the posts) it would not have rung.")
    if not found.rings_without_repeated_text:
        share, text = percent(found.repeated_text_share), sanitise(found.repeated_text, 120)
        lines.append(f"Without one repeated text ({share} of the posts) it would not have rung: “{text}”")
    if not found.rings_without_loudest_source:
        lines.append(f"Without the source {sanitise(found.loudest_source, NAME_LENGTH)} it would not have rung.")
    if incident.kind != "source_silent" and (not_scored := facts_of(incident).unscored_share) >= UNSCORED:
        lines.append(f"{unscored(not_scored)} for anger (the language is not scored, or no word is known).")
    if missing := not_heard(incident.not_heard, times):
        lines.append(missing)
    if late := came_late(incident.late, incident.began_at, times):
        lines.append(late)
    if moved := why_sooner_or_later(incident.moved, times):
        lines.append(moved)
    if incident.warming_up:
        lines.append("Tocsin has known this brand for only a few weeks, so what is ordinary is still a guess.")
    return tuple(lines)


def _marked(post: str, incident: Incident) -> str:
    mark = incident.marked.get(post)
    return "" if mark is None else _NEGATIVE[mark]


def _gone(post: str, incident: Incident) -> Quote:
    """Name a post that was marked and is no longer shown, so that its mark can be taken back."""
    return Quote(text="", author="", detail="", key=post_key(post), mark=_marked(post, incident))


def _quote(post: Post, incident: Incident, times: Times) -> Quote:
    url = web_address(post.url)
    detail = [sanitise(post.source, 40), times.clock(post.published)]
    if reach := sentences.followers(post):
        detail.insert(0, reach)
    return Quote(
        text=sanitise(post.content, POST_LENGTH),
        author=sanitise(post.author_name or post.author, NAME_LENGTH) or "unknown author",
        detail=" · ".join(detail),
        language=post.language if post.language.replace("-", "").isalnum() else "",
        url=url,
        host=host_of(url) if url else "",
        key="" if post.negativity is None else post_key(post.id),
        counted=_NEGATIVE[post.is_negative],
        mark=_marked(post.id, incident),
    )


def _moment(change: Change, incident: Incident, times: Times) -> Moment | None:
    text = story.described(change, incident, times)
    if not text:
        return None
    way = f"by link {change.link}" if change.link else _VIA.get(change.via, "")
    return Moment(clock=times.moment(change.at), text=text, way=sanitise(way, 80))
