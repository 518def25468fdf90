"""Whether it is us or everybody follows from closed bins alone, in whatever order they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.incidents.peer_levels import BEHIND_S, HEARD_S, KEPT_S, LATEST_S, PeerLevels
from streams.wire.comparison import Comparison
from tests.alerts.incidents.levels import FIRED, LOUD, MINUTE, NAMES, hour, levels, row
from tests.alerts.verdicts import RANG


def compared(known: PeerLevels, names: dict[str, str] = NAMES, at: int = RANG) -> Comparison:
    made = known.compare(names, at - 240, at, lambda _: 0)
    assert made is not None
    return made


def standings(made: Comparison) -> dict[str, str]:
    return {level.brand: level.standing for level in made.peers}


def test_a_peer_is_unusual_where_it_is_loud_and_negative_or_fired_itself():
    made = compared(levels(hour("northside", **FIRED), hour("delta", **LOUD), hour("united", **FIRED), hour("jet")))

    assert standings(made) == {"delta": "unusual", "united": "unusual", "jet": "ordinary"}
    assert [level.fired for level in made.peers] == [False, True, False]


def test_the_figures_are_those_of_the_last_ten_minutes_at_least():
    made = compared(levels(hour("northside", **FIRED), hour("delta", **LOUD), hour("united"), hour("jet")))

    delta = made.peers[0]
    assert (made.since, made.at) == (RANG - 600, RANG)
    assert (delta.seen, delta.expected, delta.negatives, delta.expected_negatives) == (90, 30.0, 60, 10.0)


def test_a_longer_outbreak_is_compared_over_its_last_hour():
    made = levels(hour("northside", **FIRED), hour("delta")).compare(
        {"northside": "N", "delta": "D"}, RANG - 20 * 3600, RANG, lambda _: 0
    )

    assert made is not None
    assert (made.since, made.peers[0].seen) == (RANG - 3600, 180)


def test_of_places_the_one_counts_who_is_most_times_as_negative_as_usual():
    made = compared(levels(hour("northside", **LOUD), hour("delta", **LOUD), hour("united", **FIRED), hour("jet")))

    assert made.place == 2


@pytest.mark.parametrize(
    "last",
    [
        {"authors": 9, "negative_authors": 6, "missing": ("score", "volume")},
        {"authors": 9, "negative_authors": 6, "missing": (), "kind": "opportunity"},
        {"authors": 30, "negative_authors": 11, "missing": ("score",)},
    ],
    ids=["as loud as usual", "good news", "praise with some anger in it"],
)
def test_a_peer_that_is_not_louder_and_more_negative_is_ordinary(last):
    made = compared(levels(hour("northside", **FIRED), hour("delta", **last)), {"northside": "N", "delta": "D"})

    assert standings(made) == {"delta": "ordinary"}


def test_silence_after_talk_is_ordinary_and_something_was_due_in_it():
    talk = [bin_ for bin_ in hour("delta") if bin_.start < RANG - 10 * MINUTE]

    (delta,) = compared(levels(hour("northside", **FIRED), talk), {"northside": "N", "delta": "D"}).peers

    assert (delta.standing, delta.seen, delta.expected) == ("ordinary", 0, 30.0)


def test_a_peer_of_which_nothing_was_heard_for_hours_is_not_called_calm():
    long_ago = [row("delta", RANG - HEARD_S - MINUTE)]
    sources_down = hour("united", heard=0.01)

    made = compared(
        levels(hour("northside", **FIRED), long_ago, sources_down), {"northside": "N", "delta": "D", "united": "U"}
    )

    assert standings(made) == {"delta": "not_heard", "united": "not_heard"}


def test_a_young_peer_is_new_unless_its_own_rule_fired():
    young = {"warming_up": True}

    made = compared(
        levels(
            hour("northside", **FIRED), hour("delta", **LOUD, **young), hour("united", **FIRED, **young),
            hour("jet", **young),
        )
    )  # fmt: skip

    assert standings(made) == {"delta": "new", "united": "unusual", "jet": "new"}


def test_it_is_not_compared_before_all_bins_are_closed():
    known = levels(hour("northside", **FIRED), hour("delta"), closed=RANG - MINUTE)

    assert known.compare(NAMES, RANG - 240, RANG, lambda _: 0) is None


def test_a_peer_in_a_partition_that_lags_is_waited_for_a_while_and_then_named_as_behind():
    known = levels(hour("northside", **FIRED), closed=RANG + BEHIND_S - MINUTE)
    partition = {"northside": 0, "delta": 1}.__getitem__
    names = {"northside": "N", "delta": "D"}
    known.close(1, RANG - MINUTE)
    assert known.compare(names, RANG - 240, RANG, partition) is None

    known.close(0, RANG + BEHIND_S)

    made = known.compare(names, RANG - 240, RANG, partition)
    assert made is not None
    assert standings(made) == {"delta": "behind"}


def test_where_nobody_waits_a_peer_that_is_not_closed_is_behind_at_once():
    known = levels(hour("northside", **FIRED))
    partition = {"northside": 0, "delta": 1}.__getitem__

    made = known.compare({"northside": "N", "delta": "D"}, RANG - 240, RANG, partition, waits=False)

    assert made is not None
    assert standings(made) == {"delta": "behind"}


def test_in_an_ordinary_minute_the_brand_is_looked_at_like_its_peers():
    known = levels(hour("northside"), hour("delta", **LOUD))

    made = known.compare({"northside": "N", "delta": "D"}, RANG, RANG, lambda _: 0, in_outbreak=False)

    assert made is not None
    assert (made.own.standing, standings(made)) == ("ordinary", {"delta": "unusual"})


def test_what_lies_before_all_that_was_read_is_not_compared():
    known = PeerLevels()
    known.begin(0, RANG - HEARD_S)
    known.close(0, RANG)

    assert known.compare(NAMES, RANG - 240, RANG, lambda _: 0) is None


def test_a_replay_whose_event_time_is_long_ago_is_known_from_its_first_mark_on():
    known = PeerLevels()
    known.begin(0, RANG + 365 * 86_400)
    known.close(0, RANG - KEPT_S)
    known.close(0, RANG)

    assert known.compare(NAMES, RANG - 240, RANG, lambda _: 0) is not None


def test_an_incident_that_is_known_hours_after_its_bins_were_closed_is_compared():
    known = levels(hour("northside", **FIRED), hour("delta"))
    known.close(0, RANG + LATEST_S)

    known.forget()

    assert known.compare(NAMES, RANG - 240, RANG, lambda _: 0) is not None


def test_what_is_forgotten_is_not_compared_either():
    known = levels(hour("northside", **FIRED), hour("delta"))
    known.close(0, RANG + LATEST_S + MINUTE)

    known.forget()

    assert known.compare(NAMES, RANG - 240, RANG, lambda _: 0) is None


def test_a_bin_of_a_version_without_conditions_says_nothing():
    bare = [replace(bin_, kind=None, missing=()) for bin_ in hour("delta", **LOUD)]

    made = compared(levels(hour("northside", **FIRED), bare), {"northside": "N", "delta": "D"})

    assert standings(made) == {"delta": "not_heard"}


@given(st.randoms(use_true_random=False))
def test_bins_in_any_order_and_repeated_give_the_same_comparison(random):
    bins = [*hour("northside", **FIRED), *hour("delta", **LOUD), *hour("united"), *hour("jet", **FIRED)]
    mixed = [*bins, *random.sample(bins, 40)]
    random.shuffle(mixed)

    assert compared(levels(mixed)) == compared(levels(bins))
