"""When a rule that withholds pages would withhold one."""

import pytest

from alerts.simulation.benchmark.sector import RULES, withholds
from streams.wire.comparison import Comparison, Level

HALF, UNLESS_TWICE = RULES


def compared(own: int, *peers: tuple[str, int]) -> Comparison:
    def level(standing: str, negatives: int) -> Level:
        return Level(brand="b", name="B", standing=standing, negatives=negatives, expected_negatives=0.5)  # type: ignore[arg-type]

    return Comparison(since=0, at=600, own=level("unusual", own), peers=tuple(level(*peer) for peer in peers))


@pytest.mark.parametrize(
    ("made", "half", "unless_twice"),
    [
        (compared(10, ("unusual", 10), ("ordinary", 0)), True, True),
        (compared(30, ("unusual", 10), ("ordinary", 0)), True, False),
        (compared(10, ("unusual", 10), ("ordinary", 0), ("ordinary", 0)), False, False),
        (compared(10, ("unusual", 10), ("new", 0), ("not_heard", 0)), True, True),
        (compared(10, ("ordinary", 0)), False, False),
        (compared(10, ("not_heard", 0)), False, False),
    ],
    ids=["half of them", "twice as bad", "a third of them", "all that are known", "none", "nothing known"],
)
def test_it_withholds_where_half_of_the_known_peers_are_unusual(made, half, unless_twice):
    assert (withholds(HALF, made), withholds(UNLESS_TWICE, made)) == (half, unless_twice)
