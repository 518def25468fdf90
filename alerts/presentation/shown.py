"""An incident as it is shown to people and to other programs: what strangers wrote in it is harmless on every surface.

One place for all of them: Slack, mail, pager, webhook, page and the backtest's JSON. What is kept on Kafka stays as it
came, for it is by the original that a post which was taken down is found again.
"""

from msgspec.structs import replace

from alerts.incidents.incident import Change, Incident, without_evidence
from alerts.wording.foreign_text import sanitise, web_address
from detectors.late_posts import added
from detectors.not_heard import NotHeard
from detectors.post import Post
from detectors.verdict import Concentration, Evidence, Term
from streams.wire.comparison import Comparison

SENTENCE_LENGTH = 1000
NAME_LENGTH = 100
TERM_LENGTH = 200
POST_LENGTH = 500
NOTE_LENGTH = 500


def shown(incident: Incident) -> Incident:
    """Return an incident whose text may be shown and whose addresses may be linked to, everywhere.

    The ids of posts stay, for marks and take-downs name posts by them: they are not to be shown.
    """
    return replace(
        incident,
        brand_name=sanitise(incident.brand_name, NAME_LENGTH),
        reason=sanitise(incident.reason, SENTENCE_LENGTH),
        severity_reason=sanitise(incident.severity_reason, SENTENCE_LENGTH),
        acknowledged_by=sanitise(incident.acknowledged_by, NAME_LENGTH),
        evidence=_evidence(incident.evidence),
        cited=None if incident.cited is None else _evidence(incident.cited),
        silent_sources=tuple(sanitise(source, NAME_LENGTH) for source in incident.silent_sources),
        changes=tuple(map(_change, incident.changes)),
        not_heard=tuple(map(shown_hole, incident.not_heard)),
        late=tuple(replace(one, source=sanitise(one.source, NAME_LENGTH) or "unknown") for one in incident.late),
        comparison=shown_comparison(incident.comparison),
    )


def shown_comparison(made: Comparison | None) -> Comparison | None:
    """Return a comparison with harmless names; ``None`` where there is none."""
    if made is None:
        return None
    own, *peers = (replace(level, name=sanitise(level.name, NAME_LENGTH)) for level in (made.own, *made.peers))
    return replace(made, own=own, peers=tuple(peers))


def shown_hole(hole: NotHeard) -> NotHeard:
    """Return a hole with its source's name harmless: for mentions that others bring, strangers state it."""
    return replace(hole, source=sanitise(hole.source, NAME_LENGTH) or "unknown")


def bare(incident: Incident) -> Incident:
    """Return an incident without anything that strangers wrote: for when their text breaks its rendering."""
    return without_evidence(
        incident,
        reason="",
        severity_reason="",
        silent_sources=(),
        acknowledged_by=sanitise(incident.acknowledged_by, NAME_LENGTH),
        changes=tuple(replace(change, note="", by=sanitise(change.by, NAME_LENGTH)) for change in incident.changes),
        marked={},
        not_heard=tuple(hole for hole in incident.not_heard if hole.kind),
        late=added((), (replace(one, source="unknown") for one in incident.late)),
    )


def _change(change: Change) -> Change:
    # The note of a take-down is a hash of the post's id (the id in earlier versions), which is shown nowhere.
    note = change.note if change.type == "redacted" else sanitise(change.note, NOTE_LENGTH)
    return replace(change, by=sanitise(change.by, NAME_LENGTH), note=note)


def _evidence(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        phrases=_terms(evidence.phrases),
        hashtags=_terms(evidence.hashtags),
        authors=_terms(evidence.authors),
        links=tuple(term for term in _terms(evidence.links) if web_address(f"https://{term.text}")),
        sources=_terms(evidence.sources),
        amplifiers=_terms(evidence.amplifiers),
        all_sources=(),
        concentration=_concentration(evidence.concentration),
        posts=tuple(map(_post, evidence.posts)),
    )


def _terms(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    harmless = (replace(term, text=sanitise(term.text, TERM_LENGTH), posts=()) for term in terms)
    return tuple(term for term in harmless if term.text)


def _concentration(found: Concentration) -> Concentration:
    return replace(
        found,
        loudest_author=sanitise(found.loudest_author, NAME_LENGTH),
        loudest_source=sanitise(found.loudest_source, NAME_LENGTH),
        repeated_text=sanitise(found.repeated_text, POST_LENGTH),
        loudest_author_posts=(),
        repeated_text_posts=(),
    )


def _post(post: Post) -> Post:
    return replace(
        post,
        content=sanitise(post.content, POST_LENGTH),
        source=sanitise(post.source, NAME_LENGTH) or "unknown",
        url=web_address(post.url),
        author=sanitise(post.author, NAME_LENGTH),
        author_name=sanitise(post.author_name, NAME_LENGTH),
        language=post.language if post.language.replace("-", "").isalnum() and post.language.isascii() else "",
        tags=tuple(tag for tag in (sanitise(tag, NAME_LENGTH) for tag in post.tags) if tag),
    )
