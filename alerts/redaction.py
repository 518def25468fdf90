"""Posts that were taken down: their text goes from every copy that is still shown."""

import hashlib
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from alerts.changes import after
from alerts.incident import Change, Incident
from detectors.post import Post
from detectors.reason import quotable
from detectors.verdict import Evidence, Term

REDACTED = "[taken down]"
_SHOWN_CHARACTERS = 80
_SHORTEST_QUOTE = 12


def text_mark(text: str) -> str:
    """Return a hash by which a text is known again without keeping it, whatever its case and spacing.

    Examples
    --------
    >>> text_mark("Never  AGAIN") == text_mark("never again")
    True
    """
    folded = " ".join(text.casefold().split())[:_SHOWN_CHARACTERS]
    return hashlib.blake2b(folded.encode(), digest_size=12).hexdigest() if folded else ""


def post_in(evidence: Evidence, post_id: str) -> Post | None:
    """Return the post of that id, where the evidence shows it."""
    return next((post for post in evidence.posts if post.id == post_id), None)


def redacted_evidence(evidence: Evidence, taken_down: Mapping[str, str]) -> Evidence:
    """Return the evidence without the posts that were taken down, and without their text as the repeated one.

    Nor does it name authors or links that stood in none but such posts.

    Parameters
    ----------
    evidence
        What may show them.
    taken_down
        The mark of the text (see ``text_mark``; empty where unknown) by the id of the post.
    """
    gone = [post for post in evidence.posts if post.id in taken_down]
    marks = {mark for mark in taken_down.values() if mark} | {text_mark(post.content) for post in gone}
    # Versions before did not say on which posts a name or a link hangs.
    names = {post.author_name or post.author for post in gone}
    concentration = evidence.concentration
    if concentration.repeated_text and text_mark(concentration.repeated_text) in marks:
        concentration = replace(concentration, repeated_text=REDACTED)
    return replace(
        evidence,
        posts=tuple(post for post in evidence.posts if post.id not in taken_down),
        concentration=concentration,
        authors=_left(evidence.authors, taken_down, names),
        amplifiers=_left(evidence.amplifiers, taken_down, names),
        links=_left(evidence.links, taken_down, set()),
    )


def _left(terms: tuple[Term, ...], taken_down: Mapping[str, str], names: set[str]) -> tuple[Term, ...]:
    """Return the terms that other posts still stand behind."""
    return tuple(
        term
        for term in terms
        if not (term.posts and taken_down.keys() >= set(term.posts)) and (term.posts or term.text not in names)
    )


def redacted(
    incident: Incident, taken_down: Mapping[str, str], texts: Sequence[str], change: Change
) -> Incident | None:
    """Return the incident without the posts that were taken down, or ``None`` where it shows nothing of them.

    ``texts`` are their contents, where they are known: also a reason that quotes one is cleaned.
    """
    evidence = redacted_evidence(incident.evidence, taken_down)
    reason = redacted_text(incident.reason, *texts)
    if evidence == incident.evidence and reason == incident.reason:
        return None
    return after(incident, change, evidence=evidence, reason=reason)


def redacted_text(sentence: str, *texts: str) -> str:
    """Return a sentence with the quotes of the texts replaced, also where a quote was cut short.

    Only what stands behind an opening quotation mark is a quote: a text may begin with the brand's own name.

    Examples
    --------
    >>> redacted_text("Driven by “they cancelled all operations today…”", "They cancelled all operations today, again")
    'Driven by “[taken down]”'
    >>> redacted_text("Northside Hospital Trust: 40 mentions", "Northside Hospital Trust is a disgrace")
    'Northside Hospital Trust: 40 mentions'
    """
    for text in texts:
        end = 0
        while (start := sentence.find("“", end)) >= 0:
            end = start + 1
            if length := _quoted(sentence[end:], quotable(text)):
                rest = sentence[end + length :].removeprefix("…")
                sentence = f"{sentence[:end]}{REDACTED}{rest}"
                end += len(REDACTED)
    return sentence


def _quoted(sentence: str, text: str) -> int:
    """Return how many characters of the sentence's beginning quote the text's; 0 where it is no quote of it."""
    same = 0
    for said, written in zip(sentence, text, strict=False):
        if said.casefold() != written.casefold():
            break
        same += 1
    is_whole = same == len(text) and sentence[same : same + 1] == "”"
    return same if same >= _SHORTEST_QUOTE or (same > 0 and is_whole) else 0
