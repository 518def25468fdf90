"""A source that always spoke and stops is missed; one that pauses as it always did is not."""

from hypothesis import given
from hypothesis import strategies as st

from streams.watch.source_watch import DAY_S, SourceWatch

HOUR = 3600
NIGHT = range(6)


def days(count: int, *, without: range = NIGHT) -> list[int]:
    """Return the bins in which a source speaks: every ten minutes, but at night."""
    moments = range(0, count * DAY_S, 600)
    return [at for at in moments if at % DAY_S // HOUR not in without]


def watch(bins: list[int], until: int, *, cut_s: int = DAY_S):
    core = SourceWatch(60)
    told = []
    for watermark in range(cut_s, until + cut_s, cut_s):
        core.receive({"bluesky": tuple(at for at in bins if watermark - cut_s <= at < watermark)})
        told += core.advance(min(watermark, until))
    return told


def test_a_source_that_pauses_as_it_always_did_is_not_missed():
    assert watch(days(10), 10 * DAY_S + 5 * HOUR) == []


def test_a_source_that_stops_is_missed_after_twice_its_longest_pause():
    [verdict] = watch(days(5), 6 * DAY_S)

    last = days(5)[-1] + 60
    assert verdict.kind == "source_silent"
    assert verdict.began_at == last
    assert 2 * 6 * HOUR <= verdict.at - last <= 2 * 6 * HOUR + 1200
    assert verdict.silent_sources == ("bluesky",)


def test_a_source_that_speaks_again_is_calm_again():
    told = watch([*days(5), *(7 * DAY_S + at for at in days(1))], 8 * DAY_S)

    assert [(v.phase, v.fired_at) for v in told] == [("ringing", told[0].fired_at), ("calm", told[0].fired_at)]


def test_who_is_silent_is_known_from_when_it_is_missed_until_it_speaks_again():
    core = SourceWatch(60)
    core.receive({"bluesky": tuple(days(5)), "news": tuple(days(6))})
    core.advance(days(5)[-1] + 60 + HOUR)
    assert core.silences == {}

    core.advance(6 * DAY_S)
    assert core.silences == {"bluesky": days(5)[-1] + 60}
    assert SourceWatch(60, core.to_bytes(0)).silences == core.silences

    core.receive({"bluesky": (6 * DAY_S + 6 * HOUR,)})
    core.advance(6 * DAY_S + 7 * HOUR)
    assert core.silences == {}


def test_a_source_of_two_days_is_not_known_well_enough():
    assert watch(days(2), 6 * DAY_S) == []


def test_a_source_that_speaks_now_and_then_is_not_missed():
    rare = [at for at in days(6) if at % (2 * HOUR) == 0]

    assert watch(rare, 12 * DAY_S) == []


@given(st.integers(1, 400))
def test_where_the_flushes_are_cut_changes_nothing(minutes):
    bins = [*days(5), *(7 * DAY_S + at for at in days(1))]

    assert watch(bins, 8 * DAY_S, cut_s=minutes * 600) == watch(bins, 8 * DAY_S)


def test_its_state_survives_a_restart():
    bins = days(5)
    core = SourceWatch(60)
    core.receive({"bluesky": tuple(bins)})
    core.advance(bins[-1])

    again = SourceWatch(60, core.to_bytes(0))

    assert again.advance(6 * DAY_S) == core.advance(6 * DAY_S) != []
