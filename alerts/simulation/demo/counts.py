"""What went in beside what the detectors counted: mentions lost and counted twice, brand by brand, bin by bin."""

from collections.abc import Iterable

from msgspec import Struct

from alerts.simulation.stories.story import Story
from streams.mention import Mention
from streams.wire.observation_row import ObservationRow

_Bin = tuple[str, int]


class Counts(Struct):
    """Both counts, by brand and start of the bin.

    Examples
    --------
    >>> counts = Counts(bin_s=60)
    >>> counts.send("film-rental", 61.0)
    >>> counts.lost, counts.duplicated, counts.is_counted_to_its_end
    (1, 0, False)
    """

    bin_s: int
    sent: dict[_Bin, int] = {}
    counted: dict[_Bin, int] = {}

    def send(self, brand: str, at: float) -> None:
        """Note a mention that goes in, by the event time (epoch seconds) that its teller gave it."""
        key = brand, int(at // self.bin_s) * self.bin_s
        self.sent[key] = self.sent.get(key, 0) + 1

    def take(self, rows: Iterable[ObservationRow]) -> None:
        """Note closed bins as the watch stage told them. A bin told again after a restart is the same bin."""
        for row in rows:
            if row.mentions:
                self.counted[row.brand, row.start] = row.mentions

    @property
    def mentions(self) -> int:
        """How many went in."""
        return sum(self.sent.values())

    @property
    def lost(self) -> int:
        """Mentions that went in and were not counted in their bin."""
        return sum(max(0, count - self.counted.get(key, 0)) for key, count in self.sent.items())

    @property
    def duplicated(self) -> int:
        """Mentions counted in a bin beyond those that went into it."""
        return sum(max(0, count - self.sent.get(key, 0)) for key, count in self.counted.items())

    @property
    def is_counted_to_its_end(self) -> bool:
        """Whether every brand's last bin has been told: bins are told in order, so what is missing then is lost."""
        last_counted = _last_bins(self.counted)
        return all(start <= last_counted.get(brand, -1) for brand, start in _last_bins(self.sent).items())


def _last_bins(bins: Iterable[_Bin]) -> dict[str, int]:
    return dict(sorted(bins))  # the last of each brand stays


def brands_of(story: Story, mention: Mention) -> tuple[str, ...]:
    """Return the brands that the teller made a mention about.

    It stands in the mention's id, which names its strand: the story's own word, and not what a query found.
    """
    strand = story.strands[int(mention.id.rpartition("/")[2].partition("-")[0])]
    return (strand.brand, *strand.beside)
