"""Recovery is timed and holes are found from what the workers wrote down."""

import math
import os
import subprocess
import sys
from types import SimpleNamespace

from streams.wire.flush import Flush, encode_flush
from tests.soak.crew import ROOT
from tests.soak.delayed_tocsin import Trace, digest
from tests.soak.disturbance import Done
from tests.soak.faults import Action, Doing
from tests.soak.recovery import Place, Worked, recoveries, traced, unworked, worked_on


def worked(partition: int, offset: int, written_at: float, *worked_at: float, source: int = 0) -> Worked:
    place = Place(partition=partition, offset=offset, source=source)
    return Worked(place=place, written_at=written_at, worked_on=tuple((at, "w") for at in worked_at))


def harm(at: float, what: Doing = "kill") -> Done:
    return Done(action=Action(at_s=0.0, what=what, worker=0), at=at)


def test_recovery_ends_when_the_last_pair_of_source_and_partition_is_worked_on_that_was_written_after_the_harm():
    flushes = [worked(0, 1, 9.0, 12.0), worked(0, 2, 11.0, 13.0), worked(1, 1, 10.5, 17.5), worked(1, 2, 18.0, 18.5)]

    assert recoveries([harm(10.0), harm(10.0, "resume")], flushes) == [7.5]


def test_a_partition_that_nobody_works_on_any_more_never_recovers():
    assert recoveries([harm(10.0)], [worked(0, 1, 11.0, 12.0), worked(1, 1, 11.0)]) == [math.inf]


def test_a_record_is_found_that_nobody_worked_on_though_a_later_one_was():
    flushes = [worked(0, 1, 1.0, 1.1), worked(0, 2, 2.0), worked(0, 3, 3.0, 3.1), worked(0, 4, 4.0)]

    assert unworked(flushes) == [Place(partition=0, offset=2, source=0)]


def test_what_workers_wrote_down_is_found_in_the_topic_by_the_record_s_bytes(tmp_path):
    values = [encode_flush(Flush(partition=source, partitions=2, watermark=100 + source)) for source in (0, 1)]
    Trace(str(tmp_path / "worker-0-1.trace")).write("flush", digest=digest(values[1]))
    records = [
        SimpleNamespace(partition=3, offset=offset, timestamp=5000, value=value) for offset, value in enumerate(values)
    ]

    found = worked_on(records, [tmp_path / "worker-0-1.trace"])

    assert [(each.place.source, len(each.worked_on)) for each in found] == [(0, 0), (1, 1)]


def test_the_script_runs_the_product_of_the_working_directory_and_says_so(tmp_path):
    script = ROOT / "tests" / "soak" / "delayed_tocsin.py"
    environment = {**os.environ, "SOAK_TRACE": str(tmp_path / "trace"), "SOAK_DELAYS": "1"}

    done = subprocess.run(
        [sys.executable, str(script), "check", "--config", "none.yml"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith("tocsin: none.yml: cannot read the configuration")
    assert [line["checkout"] for line in traced(tmp_path / "trace", "start")] == [str(ROOT)]
