"""Officers' marks on posts of an incident: whether one is negative. Pure; what they teach is ingest's business.

A mark is kept twice: on the incident, for its page, by the post's id; and of the brand, by the hash of it, for the
topic ``marks``, from which ingest learns. Neither holds a text.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from alerts.incidents.command import Command
from alerts.incidents.incident import Incident
from alerts.incidents.incident_state import BrandState
from alerts.incidents.redaction import post_in
from detectors.negativity.marks import MARKS_KEPT, Mark, mark_of
from streams.ingest.post_key import post_key


def remembered(state: BrandState, command: Command, before: Incident, versions: Sequence[Incident]) -> list[Incident]:
    """Keep in the brand's state what a command marked or took back, and in the incident how many marks there are."""
    after = versions[-1].marked if versions else before.marked
    if after == before.marked:
        return list(versions)
    key = post_key(command.post)
    state.marks.pop(key, None)
    if command.post in after:
        state.marks[key] = after[command.post]
        for oldest in list(state.marks)[:-MARKS_KEPT]:
            del state.marks[oldest]
    return [*versions[:-1], replace(versions[-1], marks=len(state.marks))]


def forget(state: BrandState, post: str) -> None:
    """Forget the marks on a post that was taken down."""
    state.marks.pop(post_key(post), None)
    for tracked in state.tracked:
        marked = tracked.incident.marked
        if post in marked:
            others = {other: negative for other, negative in marked.items() if other != post}
            tracked.incident = replace(tracked.incident, marked=others, marks=len(state.marks))


def changed(before: Mapping[str, bool], state: BrandState) -> Iterator[tuple[str, Mark | None]]:
    """Yield what is new among a brand's marks, by ``post_key``; ``None`` where one was taken back or forgotten.

    Parameters
    ----------
    before
        The marks of the state before.
    """
    for key in before:
        if key not in state.marks:
            yield key, None
    for key, negative in state.marks.items():
        if before.get(key) is not negative:
            posts = [
                post
                for tracked in state.tracked
                for name in tracked.incident.marked
                if post_key(name) == key and (post := post_in(tracked.incident.evidence, name)) is not None
            ]
            if posts and posts[-1].negativity is not None:
                yield key, mark_of(posts[-1].content, posts[-1].negativity, negative=negative)
