"""What one brand's bin held, or has held so far."""

from msgspec import Struct
from msgspec.structs import replace


class HarmCounts(Struct, frozen=True, array_like=True, omit_defaults=True):
    """Of the same voices, how many report harm to the brand or ask others to act against it.

    Parameters
    ----------
    scored, harmful
        Voices of whose language it is known, and those that do either.
    copied, turned, again
        As in ``Observation``, of harm in the place of anger.
    """

    scored: int = 0
    harmful: int = 0
    copied: float = 0.0
    turned: int = 0
    again: int = 0


class Observation(Struct, frozen=True, kw_only=True, array_like=True, omit_defaults=True):
    """Counts of one brand in one event-time bin.

    A *voice* is a distinct author, so one author posting 400 times is one voice. An article that names nobody is its
    publisher's, any other mention without an author a voice of its own. Detection runs on voices; people are shown
    mentions.

    Parameters
    ----------
    start
        First second of the bin, seconds since the epoch (UTC), a multiple of ``span_s``.
    span_s
        Length of the whole bin in seconds.
    elapsed_s
        Seconds of the bin that these counts cover; equal to ``span_s`` once the bin is complete.
    mentions, negatives
        Records counted, and those scored 0.5 or above.
    unscored
        Mentions that are not scored (another language, too little understood): they count for volume, never as calm.
    authors, scored_authors, negative_authors
        Distinct authors; with at least one scored mention; with at least one negative one.
    texts
        Distinct texts, copies of one being one (``detectors.same_text``).
    copied
        So many of the negative voices weigh nothing, for they say what others have said (``streams.sketches``).
    turned
        So many of the voices, all of them negative ones, were counted in a bin of the day before, when they were not.
    again
        So many other authors were, and were scored again without turning negative.
    heard
        The received share of what is ordinarily said about the brand, 0 to 1.
    rescored
        So many more of the readings, fewer below 0, would be negative by the scorer by which the brand's ordinary share
        was learned; 0 where that one read them.
    harm
        What is told of harm; ``None`` where nobody spoke, or a version before counted.
    """

    start: int
    span_s: int = 60
    elapsed_s: int = 60
    mentions: int = 0
    negatives: int = 0
    unscored: int = 0
    authors: int = 0
    scored_authors: int = 0
    negative_authors: int = 0
    texts: int = 0
    copied: float = 0.0
    turned: int = 0
    again: int = 0
    heard: float = 1.0
    rescored: float = 0.0
    harm: HarmCounts | None = None

    @property
    def end(self) -> int:
        """First second after the bin."""
        return self.start + self.span_s

    @property
    def readings(self) -> float:
        """Posts by which authors are read, copies of one text weighed: an author once a bin until it was negative."""
        return self.scored_authors + self.again - self.copied

    @property
    def seen_until(self) -> int:
        """First second that the counts do not cover."""
        return self.start + self.elapsed_s

    @property
    def is_complete(self) -> bool:
        """Whether the counts cover the whole bin."""
        return self.elapsed_s >= self.span_s

    @property
    def harmful_authors(self) -> int:
        """How many report harm to the brand, or ask others to act against it."""
        return 0 if self.harm is None else self.harm.harmful

    def of_harm(self) -> "Observation":
        """Return the same bin with its harmful voices in the place of the negative ones."""
        harm = self.harm or HarmCounts()
        # All voices: those that turned angry are no new ones here, those that turned to harm are.
        return replace(
            self,
            negatives=harm.harmful,
            authors=self.authors - self.turned + harm.turned,
            scored_authors=harm.scored,
            negative_authors=harm.harmful,
            copied=harm.copied,
            turned=harm.turned,
            again=harm.again,
            rescored=0.0,  # that is of the scorer of feeling
            harm=None,
        )
