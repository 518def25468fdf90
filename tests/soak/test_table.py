"""The table adds up what the runs of each fault have shown."""

import math

from msgspec.structs import replace

from tests.soak.deliveries import Deliveries
from tests.soak.judgement import Counts, Incidents
from tests.soak.plan import plan_of
from tests.soak.result import Result
from tests.soak.table import rows_of

GOOD = Result(
    plan=plan_of(1, "kill"),
    settled=True,
    counts=Counts(mentions=10, counted=10, lost=0, doubled=0, unlike=0, wrong=()),
    incidents=Incidents(missing=(), false=(), unlike=(), acknowledgements_lost=0),
    deliveries=Deliveries(lost=(), doubled=(), repeats=0),
    recovery_s=(3.0, 7.0, 4.0),
    unworked=(),
    ended=(),
    taken_after_s=0.1,
    void="",
    seconds=60.0,
)
BAD = replace(GOOD, counts=replace(GOOD.counts, counted=7, lost=3), recovery_s=(math.inf, 9.0))


def test_each_fault_has_a_row_with_the_sums_of_its_runs():
    paused = replace(GOOD, plan=plan_of(2, "pause"))

    kill, pause = rows_of([GOOD, paused, BAD])

    assert (kill.fault, kill.runs, kill.mentions, kill.counted, kill.lost) == ("kill", 2, 20, 17, 3)
    assert (kill.recovery_median_s, kill.recovery_worst_s, kill.never_recovered) == (5.5, 9.0, 1)
    assert (pause.fault, pause.runs, pause.lost) == ("pause", 1, 0)


def test_a_void_run_is_counted_as_such_and_adds_nothing_else():
    (row,) = rows_of([replace(BAD, void="a mention needed 200 s to reach Kafka")])

    assert (row.runs, row.void, row.mentions, row.lost, row.recovery_worst_s) == (1, 1, 0, 0, None)


def test_a_run_says_what_it_shows_unless_it_is_void():
    assert GOOD.faults == ()
    assert BAD.faults == ("3 mentions lost",)
    assert replace(BAD, settled=False).faults == ("3 mentions lost", "not settled")
    assert replace(BAD, void="late").faults == ()
