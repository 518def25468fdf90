"""How a brand's peers stood while it had an outbreak: figures alone, which ``alerts.wording`` puts into words."""

from typing import Literal

from msgspec import Struct

Standing = Literal["unusual", "ordinary", "new", "not_heard", "behind"]


class Level(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One brand in the time of a comparison.

    Parameters
    ----------
    brand, name
        Its id, and its name as it was then.
    standing
        ``unusual``: louder and more negative than usual; ``ordinary``: not so; otherwise nobody knows: ``new``, too
        young to know what is ordinary; ``not_heard``, not for hours, or hardly; ``behind``, its bins were not closed
        in time.
    fired
        Whether every condition of its own rule was met.
    seen, expected, negatives, expected_negatives
        Authors, those of ordinary days, and of both the negative ones.
    """

    brand: str
    name: str
    standing: Standing
    fired: bool = False
    seen: int = 0
    expected: float = 0.0
    negatives: int = 0
    expected_negatives: float = 0.0

    @property
    def times(self) -> float:
        """How many times the ordinary number of negative authors; half an author is added to both, for tiny brands.

        Examples
        --------
        >>> Level(brand="a", name="A", standing="unusual", negatives=9, expected_negatives=0.45).times
        10.0
        """
        return (self.negatives + 0.5) / (self.expected_negatives + 0.5)


class Comparison(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A brand and its peers in their closed bins from ``since`` up to ``at``, epoch seconds.

    ``peers`` are in the order in which the configuration named them.
    """

    since: int
    at: int
    own: Level
    peers: tuple[Level, ...] = ()

    @property
    def unusual(self) -> tuple[Level, ...]:
        """The peers that are louder and more negative than usual."""
        return tuple(level for level in self.peers if level.standing == "unusual")

    @property
    def known(self) -> tuple[Level, ...]:
        """The peers of which it is known whether they are."""
        return tuple(level for level in self.peers if level.standing in {"unusual", "ordinary"})

    @property
    def place(self) -> int:
        """The brand's place among itself and the unusual peers, by how many times the ordinary; 1 is the worst."""
        return 1 + sum(level.times > self.own.times for level in self.unusual)

    def says_the_same(self, other: "Comparison | None") -> bool:
        """Whether another comparison leads to the same conclusion, of other figures."""
        return other is not None and _conclusion(self) == _conclusion(other)


def _conclusion(comparison: Comparison) -> tuple[int, tuple[tuple[str, Standing], ...]]:
    return comparison.place, tuple((level.brand, level.standing) for level in comparison.peers)
