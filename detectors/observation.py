"""What one brand's bin held, or has held so far."""

from msgspec import Struct


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
