"""Posts that were taken down: their text goes from every copy that is still shown."""

import hashlib
from collections.abc import Collection, Container, Mapping

from msgspec import Struct
from msgspec.structs import replace

from alerts.incidents.audit_trail import append_change
from alerts.incidents.incident import Change, Incident
from alerts.incidents.sentence import with_sentence
from alerts.wording.reason import cited
from detectors.explanation.phrases import terms_of
from detectors.post import Post
from detectors.same_text import text_key
from detectors.verdict import Concentration, Evidence, Term
from streams.ingest.erased import Erased
from streams.ingest.post_key import post_key

REDACTED = "[taken down]"
_SHOWN_CHARACTERS = 80


def text_mark(text: str) -> str:
    """Return a hash by which a text, and whatever counts as a copy of it, is known again without keeping it.

    Examples
    --------
    >>> text_mark("Never  AGAIN") == text_mark("never again")
    True
    >>> text_mark("RT @ann: never again to Northside, ever") == text_mark("Never again to Northside, EVER!")
    True
    """
    return _hashed(text_key(text) or _folded(text))


def _marks(text: str) -> set[str]:
    """Return the marks of a text: as it is known now, and as versions before knew it."""
    return {text_mark(text), _hashed(_folded(text))} - {""}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())[:_SHOWN_CHARACTERS]


def _hashed(folded: str) -> str:
    return hashlib.blake2b(folded.encode(), digest_size=12).hexdigest() if folded else ""


def is_redacted(post_id: str, redacted_posts: Container[str]) -> bool:
    """Tell whether a post is among those taken down, by the hash of its id; earlier versions kept the id itself."""
    return post_key(post_id) in redacted_posts or post_id in redacted_posts


def links_of(address: str) -> tuple[str, ...]:
    """Return the address of a post as the links of an explanation show it; nothing where it is none.

    Examples
    --------
    >>> links_of("https://www.social.example/p/1?utm=x")
    ('social.example/p/1',)
    """
    return tuple(sorted(link for link in terms_of(Post(id="", published=0, content=address)).links if "/" in link))


def post_in(evidence: Evidence, post_id: str) -> Post | None:
    """Return the post of that id, where the evidence shows it."""
    return next((post for post in evidence.posts if post.id == post_id), None)


def redacted_evidence(
    evidence: Evidence, redacted_posts: Mapping[str, str], names: Collection[str] = (), addresses: Collection[str] = ()
) -> Evidence:
    """Return the evidence without the posts that were taken down, and without their text as the repeated one.

    Nor does it name authors or links that stood in none but such posts.

    Parameters
    ----------
    evidence
        What may show them.
    redacted_posts
        The mark of the text (see ``text_mark``; empty where unknown) by ``streams.ingest.post_key.post_key`` of the
        post.
    names
        Names of authors that are not to be shown.
    addresses
        Links that are not to be shown, as ``links_of`` gives them.
    """
    gone = [post for post in evidence.posts if is_redacted(post.id, redacted_posts)]
    marks = {mark for mark in redacted_posts.values() if mark} | {text_mark(post.content) for post in gone}
    # Versions before did not say on which posts a name or a link hangs.
    maybe = {post.author_name or post.author for post in gone}
    concentration = _concentration_left(evidence.concentration, redacted_posts)
    if concentration.repeated_text and not marks.isdisjoint(_marks(concentration.repeated_text)):
        concentration = replace(concentration, repeated_text=REDACTED, repeated_text_posts=())
    if concentration.loudest_author in names:
        concentration = replace(concentration, loudest_author=REDACTED, loudest_author_posts=())
    return replace(
        evidence,
        posts=tuple(post for post in evidence.posts if not is_redacted(post.id, redacted_posts)),
        concentration=concentration,
        authors=_left(evidence.authors, redacted_posts, names, maybe),
        amplifiers=_left(evidence.amplifiers, redacted_posts, names, maybe),
        links=_left(evidence.links, redacted_posts, addresses, set()),
        phrases=_left(evidence.phrases, redacted_posts, (), ()),
        hashtags=_left(evidence.hashtags, redacted_posts, (), ()),
    )


def _concentration_left(found: Concentration, redacted_posts: Mapping[str, str]) -> Concentration:
    """Return it without the name and the text that no post is behind any more."""
    by_author = tuple(post for post in found.loudest_author_posts if not is_redacted(post, redacted_posts))
    with_text = tuple(post for post in found.repeated_text_posts if not is_redacted(post, redacted_posts))
    return replace(
        found,
        loudest_author=REDACTED if found.loudest_author_posts and not by_author else found.loudest_author,
        loudest_author_posts=by_author,
        repeated_text=REDACTED if found.repeated_text_posts and not with_text else found.repeated_text,
        repeated_text_posts=with_text,
    )


def _left(
    terms: tuple[Term, ...], redacted_posts: Mapping[str, str], gone: Collection[str], maybe: Collection[str]
) -> tuple[Term, ...]:
    """Return the terms that other posts still stand behind, without the ids of those that do not."""
    left: list[Term] = []
    for term in terms:
        posts = tuple(post for post in term.posts if not is_redacted(post, redacted_posts))
        if term.text in gone or (term.posts and not posts) or (not term.posts and term.text in maybe):
            continue
        left.append(term if posts == term.posts else replace(term, posts=posts))
    return tuple(left)


class Gone(Struct, frozen=True, kw_only=True):
    """What is to be shown and kept no longer.

    Parameters
    ----------
    redacted_posts
        As for ``redacted_evidence``.
    names
        Of their authors; empty where a post is gone and its author is not.
    addresses
        Where the posts can be read, see ``links_of``.
    """

    redacted_posts: Mapping[str, str]
    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    def without(self, incident: Incident) -> Incident:
        """Return an incident of the same version without all that; itself, where it has nothing of it."""
        evidence, cited = self._left(incident.evidence), incident.cited and self._left(incident.cited)
        changes = tuple(map(self._hashed, incident.changes))
        bare = replace(
            incident,
            evidence=evidence,
            cited=cited,
            marked={post: mark for post, mark in incident.marked.items() if not is_redacted(post, self.redacted_posts)},
            changes=incident.changes if changes == incident.changes else changes,
        )
        is_cited = cited != incident.cited or (cited is None and evidence != incident.evidence)
        return incident if bare == incident else with_sentence(bare) if is_cited else bare

    def _left(self, evidence: Evidence) -> Evidence:
        return redacted_evidence(evidence, self.redacted_posts, self.names, self.addresses)

    def _hashed(self, change: Change) -> Change:
        """Return a change without the id of a post, which earlier versions noted where it was taken down."""
        if change.type != "redacted" or not change.note or post_key(change.note) not in self.redacted_posts:
            return change
        return replace(change, note=post_key(change.note), cause=f"redact-{post_key(change.note)}")


def without_erased(incident: Incident, erased: Erased) -> Incident:
    """Return an incident of the same version without what was taken down or erased; itself, where it has none of it.

    Parameters
    ----------
    incident
        Any version that is kept.
    erased
        What is not to be shown: posts, and authors with all that they wrote and their names.
    """
    shown = (incident.evidence, *(() if incident.cited is None else (incident.cited,)))
    posts = [post for evidence in shown for post in evidence.posts]
    silent = [post for post in posts if post.author and erased.has_author(post.author, post.source)]
    terms = (e.authors + e.amplifiers + e.links + e.phrases + e.hashtags for e in shown)
    ids = {post.id for post in posts} | {post for each in terms for term in each for post in term.posts}
    ids |= {post for e in shown for post in e.concentration.loudest_author_posts + e.concentration.repeated_text_posts}
    gone = {post for post in ids.union(incident.marked) if erased.has_post(post)} | {post.id for post in silent}
    if not gone:
        return incident
    return Gone(
        redacted_posts={post_key(post): "" for post in gone},
        names=frozenset(name for post in silent for name in (post.author, post.author_name) if name),
        addresses=frozenset(link for post in posts if post.id in gone for link in links_of(post.url)),
    ).without(incident)


def sources_of(incident: Incident) -> frozenset[str]:
    """Return what the posts state as their source of which an incident may hold something.

    Versions before kept no list of them: then of the posts that are shown, and what is told of sources.
    """
    evidence = incident.evidence
    found = {*evidence.all_sources, evidence.concentration.loudest_source}
    return frozenset(found | {post.source for post in evidence.posts} | {term.text for term in evidence.sources})


def last_verdict_at(incident: Incident) -> float:
    """Return when the watch stage last reported an incident, wall time; 0 if the trail does not say."""
    return max((change.at for change in incident.changes if change.via == "watch"), default=0.0)


def without_strangers(incident: Incident) -> Incident:
    """Return an incident of the same version without what single people wrote, their names and addresses.

    What many said (phrases, hashtags), sites and sources stay, and so do all figures. An incident that has nothing of
    them is returned itself.
    """
    evidence = incident.evidence
    left = replace(
        evidence,
        posts=(),
        authors=(),
        amplifiers=(),
        links=tuple(replace(term, posts=()) for term in evidence.links if "/" not in term.text),
        phrases=_of_many_posts(evidence.phrases),
        hashtags=_of_many_posts(evidence.hashtags),
        concentration=replace(
            evidence.concentration,
            loudest_author="",
            loudest_author_posts=(),
            repeated_text="",
            repeated_text_posts=(),
        ),
    )
    quoted = incident.cited
    if quoted is None and left != evidence:
        quoted = cited(evidence)
    bare = replace(incident, evidence=left, cited=quoted and _of_many(quoted), marked={})
    if bare.cited == incident.cited:
        return incident if bare == incident else bare
    return with_sentence(bare)


def _of_many(evidence: Evidence) -> Evidence:
    """Return of what a sentence cites what many said; that one author or one text is behind it all stays said."""
    found = evidence.concentration
    return replace(
        evidence,
        phrases=_of_many_posts(evidence.phrases),
        hashtags=_of_many_posts(evidence.hashtags),
        concentration=replace(
            found,
            loudest_author=found.loudest_author and REDACTED,
            loudest_author_posts=(),
            repeated_text=found.repeated_text and REDACTED,
            repeated_text_posts=(),
        ),
    )


def _of_many_posts(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the terms that hang on no few posts."""
    return tuple(term for term in terms if not term.posts)


def redacted(incident: Incident, gone: Gone, change: Change) -> Incident | None:
    """Return the incident without what is gone, or ``None`` where it shows nothing of it."""
    bare = gone.without(incident)
    return None if bare is incident else append_change(bare, change)
