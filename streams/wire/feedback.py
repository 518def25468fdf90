"""People's feedback on a brand's alerts, as the watch stage receives and remembers it."""

from msgspec import Struct
from msgspec.structs import replace

from detectors.feedback import FADES_S, Moved, Opinion, OpinionKind, moved_by

OPINIONS_KEPT = 64
"""Eight a week for as long as an opinion counts. Of more, the oldest are forgotten: they have faded the most."""
HEARD_KEPT = 256
"""Ids by which a repeat is known. Stage 3 repeats what it said in the seconds before a crash, and no more."""

SETTLED_S = 86_400
"""Bins are closed within minutes; what ended so long before them can be forgotten."""


class Feedback(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An opinion that a person set or took back. The same ``id`` twice does what once does.

    Parameters
    ----------
    id
        Derived from the command behind it.
    about
        The incident, or the moment, that it is about: taking back takes out the opinions of its kind about it.
    taken_back
        Whether the opinion is to be taken back.
    """

    id: str
    brand: str
    kind: OpinionKind
    about: str
    taken_back: bool = False


class FeedbackBook(Struct, omit_defaults=True):
    """The opinions of one brand. Pure: the same feedback at the same event times gives the same thresholds.

    What is set or taken back counts from a moment on, and never changes what was before it: a bin that is
    assessed again after a crash is assessed by the opinions that counted then.
    """

    opinions: list[Opinion] = []
    heard: list[str] = []

    def take(self, feedback: Feedback, since: int) -> bool:
        """Take what was said, to count from ``since`` (event time) on; return whether it was new."""
        if feedback.id in self.heard:
            return False
        self.heard = [*self.heard, feedback.id][-HEARD_KEPT:]
        key = (feedback.kind, feedback.about)
        standing = [opinion for opinion in self.opinions if opinion.ended is None]
        ended = [opinion for opinion in standing if (opinion.kind, opinion.about) == key] if feedback.taken_back else []
        if not feedback.taken_back and all((opinion.kind, opinion.about) != key for opinion in standing):
            self.opinions = [*self.opinions, Opinion(since, feedback.id, feedback.kind, feedback.about)]
            ended = standing[: max(0, len(standing) + 1 - OPINIONS_KEPT)]
        kept = [replace(opinion, ended=since) if opinion in ended else opinion for opinion in self.opinions]
        self.opinions = [opinion for opinion in kept if _counted_until(opinion) > since - SETTLED_S]
        return True

    def moved(self, at: int) -> Moved:
        """Return what the opinions make of the brand's budget at a moment of event time."""
        return moved_by(self.opinions, at)


def _counted_until(opinion: Opinion) -> int:
    faded = opinion.since + FADES_S
    return faded if opinion.ended is None else min(faded, opinion.ended)
