"""What an archive taught about a brand before Tocsin listened to it."""

from msgspec import Struct

MOST_AHEAD_S = 600
"""How far a history may reach beyond what the watch has read: the bins after its last mention are closed too."""


class History(Struct, frozen=True, kw_only=True):
    """A brand's history, learned elsewhere from files. It goes to the watch stage in the log of flushes.

    Parameters
    ----------
    brand
        The brand's id.
    began, until
        The stretch that was learned, epoch seconds.
    mentions
        How many there were in it.
    learned
        What they taught: ``BrandWatch.learned_bytes``.
    """

    brand: str
    began: int
    until: int
    mentions: int
    learned: bytes

    @property
    def length_s(self) -> int:
        """Length of the stretch, seconds."""
        return self.until - self.began
