"""What an outbreak counts."""

from detectors.observation import Observation
from detectors.verdict import Size
from streams.watch.outbreak import Outbreak, Peak


def bin_at(start: int, mentions: int, elapsed_s: int = 60) -> Observation:
    return Observation(start=start, span_s=60, elapsed_s=elapsed_s, mentions=mentions)


def test_what_comes_to_a_bin_after_its_end_and_before_it_closes_is_in_the_total():
    outbreak = Outbreak(
        kind="crisis",
        fired_at=130,
        began_at=60,
        last_fired_at=130,
        peak=Peak(start=60),
        worst=Size(negatives=0, expected_negatives=0),
    )

    partial = outbreak.total([bin_at(60, 5), bin_at(120, 7, elapsed_s=10)])
    complete = outbreak.total([bin_at(60, 5), bin_at(120, 40)])
    outbreak.count(bin_at(60, 6))
    outbreak.count(bin_at(120, 43))
    outbreak.count(bin_at(120, 43))

    assert (partial, complete) == (0, 40), "of bins that had ended before it rang nothing is counted"
    assert outbreak.total([bin_at(180, 9)]) == 52
    assert outbreak.mentions_total == 43
