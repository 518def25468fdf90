"""Plans and talk come from their seed alone, and harm only what is there to be harmed."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.backtest.run import Backtest
from detectors.negativity.model import load_scorer
from streams.ingest.ingest_settings import IngestSettings
from tests.soak import talk
from tests.soak.expected import expected_of
from tests.soak.faults import BEYOND_THE_SESSION_S, FAULTS
from tests.soak.plan import SPEEDS, plan_of
from tests.soak.run import SESSION_S

unhurried = settings(deadline=None)
seeds = st.integers(0, 10_000)
faults = st.sampled_from(sorted(FAULTS))


@unhurried
@given(seeds, faults)
def test_seed_and_fault_make_the_same_plan_again(seed, fault):
    plan = plan_of(seed, fault)

    assert plan_of(seed, fault) == plan


def test_a_seed_tells_the_same_talk_again():
    plan = plan_of(1, "none", speed=10)

    assert talk.live(plan, 0) == talk.live(plan_of(1, "none", speed=10), 0)


@unhurried
@given(seeds, faults)
def test_whoever_is_paused_goes_on_and_what_is_done_is_in_order(seed, fault):
    plan = plan_of(seed, fault)

    moments = [action.at_s for action in plan.actions]
    assert moments == sorted(moments)
    paused: dict[int, int] = defaultdict(int)
    for action in plan.actions:
        paused[action.worker] += {"pause": 1, "resume": -1}.get(action.what, 0)
    assert not any(paused.values())


@unhurried
@given(seeds, faults)
def test_fixing_the_workers_changes_nothing_of_when_the_outbreak_comes_beyond_the_draw(seed, fault):
    assert plan_of(seed, fault).outbreak_s == plan_of(seed, fault, workers=3).outbreak_s


def test_a_fault_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match=r"no fault 'sabotage'; known: none, end, kill"):
        plan_of(1, "sabotage")


def test_a_long_pause_outlasts_the_session():
    assert BEYOND_THE_SESSION_S[0] > SESSION_S


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_outbreak_is_told_by_an_undisturbed_run(speed):
    plan = plan_of(3, "none", speed=speed)
    begin = talk.beginning(plan, 1.7e9)

    expected = expected_of((*talk.history(plan, begin), *talk.live(plan, begin + talk.HISTORY_S)))

    assert [incident.brand for incident in expected.incidents.values() if incident.paged] == [talk.IN_CRISIS]


def test_what_is_counted_by_hand_is_what_the_product_counts_repeats_left_out():
    said = talk.live(plan_of(3, "none", speed=10), talk.beginning(plan_of(3, "none", speed=10), 1.7e9))
    ingest = IngestSettings(bin_s=talk.BIN_S, lateness_s=talk.LATENESS_S)
    backtest = Backtest(talk.brands(), {}, load_scorer(), ingest)
    rows = [*backtest.take([each.mention for each in said]), *backtest.finish()]

    assert any(each.is_repeat for each in said)
    bins = {each.mention.id: talk.bin_of(each.mention) for each in said if not each.is_repeat}
    assert any(talk.bin_of(each.mention) > bins[each.mention.id] + talk.LATENESS_S for each in said if each.is_repeat)
    assert talk.counted(said) == {
        (row.brand, row.start): row.mentions for row in rows if row.brand in talk.NAMES and row.mentions
    }
