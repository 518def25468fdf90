"""The short form of the soak: three harms to two workers, ten times as fast as the clock, in an outbreak."""

import pytest

from tests.soak.plan import plan_of
from tests.soak.run import Run

SEED = 11
LIVE_S = 22.0


@pytest.mark.kafka
async def test_workers_killed_paused_and_ended_in_an_outbreak_lose_and_double_nothing(apache, tmp_path):
    plan = plan_of(SEED, "three", workers=2, speed=10, live_s=LIVE_S)

    result = await Run(plan, apache, tmp_path / "run").carry_out()

    assert not result.void
    assert not result.faults, f"{result.faults}: {result}"
    assert len(result.recovery_s) == 3
