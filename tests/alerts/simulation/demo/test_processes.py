"""Processes of the demo."""

import pytest

from alerts.errors import AlertsError
from alerts.simulation.demo.processes import CommandProcess
from tests.patience import PATIENCE_S


async def test_a_process_that_ends_by_itself_is_named_with_what_it_said(tmp_path):
    configuration = tmp_path / "tocsin.yml"
    configuration.write_text("brands: [{id: North}]\n")

    with (
        CommandProcess(["worker", "--only", "ingest"], configuration) as process,
        pytest.raises(AlertsError, match=r"`tocsin worker --only ingest` ended by itself with status 1") as told,
    ):
        await process.await_answer("http://127.0.0.1:1/metrics", PATIENCE_S)

    assert "tocsin.yml:1" in str(told.value)
    assert "worker-only-ingest.log" in str(told.value)


async def test_a_process_that_never_answers_is_stopped_and_named(tmp_path):
    process = CommandProcess(["web"], tmp_path / "tocsin.yml")

    with process, pytest.raises(AlertsError, match=r"was not ready after 0 s: http://127\.0\.0\.1:1/ answered nothing"):
        await process.await_answer("http://127.0.0.1:1/", 0)

    process.check()
