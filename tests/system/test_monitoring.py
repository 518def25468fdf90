"""The real Prometheus scrapes the real processes: its rules work, and the dashboard's questions have answers."""

import asyncio
import html
import importlib.util
import re
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.deploy.monitored import Monitored, monitored_tocsin, outbreak, take_newest, tell
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.prometheus, pytest.mark.asyncio(loop_scope="module")]

GRAFANA = Path(__file__).parents[2] / "deploy" / "grafana"
MAY_BE_EMPTY = {
    "tocsin_errors_total",
    "tocsin_alert_errors_total",
    "tocsin_false_pages_total",
    "tocsin_stage_discarded_records_total",
    "tocsin_stage_fenced_total",
    "tocsin_stage_rewound_total",
    "tocsin_stage_lost_records_total",
    "tocsin_unreadable_offset",
    "tocsin_mentions_late_total",
    "tocsin_silence_began_timestamp_seconds",
    "tocsin_mentions_language_told_total",
    "tocsin_mentions_language_contradicted_total",
    "tocsin_ingested_total",
    "tocsin_ingest_refused_total",
    "tocsin_commands_refused_total",
    "tocsin_links_refused_total",
    "tocsin_http_bodies_refused_total",
    "tocsin_histories_total",
    "tocsin_marks",
    "tocsin_certificate_ends_timestamp_seconds",
    "tocsin_certificate_began_timestamp_seconds",
}
"""What goes wrong only, and nothing does here; and what nobody does here: files, histories, marks, TLS."""


def program(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, GRAFANA / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def dashboard_queries() -> list[str]:
    return [
        target.expr.replace("$brand", "film-rental")
        for panel in program("dashboard").build().panels
        for target in getattr(panel, "targets", None) or ()
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def monitored(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Monitored]:
    """Run a Tocsin that has rung once, and whose incident has been taken."""
    async with monitored_tocsin(tmp_path_factory.mktemp("monitored")) as running:
        await asyncio.to_thread(tell, outbreak(datetime.now(UTC)), running.kafka, threading.Event())
        async with asyncio.timeout(PATIENCE_S):
            await running.inbox.store.wait_for(1, "pagerduty", "trigger")
        await take_newest(running.inbox)
        await running.prometheus.until("sum(increase(tocsin_acknowledge_seconds_count[1d])) > 0")
        yield running


async def test_every_rule_is_healthy_and_no_alert_of_a_healthy_tocsin_fires(monitored):
    await monitored.prometheus.until("tocsin:page_latency_seconds:p99 > 0")

    rules = [rule for group in (await monitored.prometheus.get("rules"))["groups"] for rule in group["rules"]]

    assert len(rules) > 10
    assert [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []
    assert [rule["name"] for rule in rules if rule.get("state") == "firing"] == []


async def test_every_question_of_the_dashboard_has_an_answer(monitored):
    queries = dashboard_queries()

    for query in queries:
        asked = set(re.findall(r"\btocsin_\w+", query))
        # Nothing listens to sources here.
        is_rare = bool(MAY_BE_EMPTY & asked) or any(
            name.startswith(("tocsin_source_", "tocsin_feed")) for name in asked
        )
        if is_rare and "vector(0)" not in query:
            await monitored.prometheus.query(query)
        else:
            await monitored.prometheus.until(query)

    assert len(queries) > 30


async def test_the_preview_draws_every_panel(monitored):
    await monitored.prometheus.until('tocsin_level_mentions{brand="film-rental"}')
    titles = [panel.title for panel in program("dashboard").build().panels]
    now = time.time()

    page = await asyncio.to_thread(program("preview").preview, monitored.prometheus.url, begin=now - 60, end=now + 1)

    brand = re.search(r"brand: ([\w-]+)", page)
    assert brand is not None
    assert [title for title in titles if f">{html.escape(title.replace('$brand', brand[1]))}</text>" not in page] == []
    assert "{{" not in page
    assert page.count('<polyline class="line"') > len(titles) / 2


async def test_the_story_is_on_the_metrics(monitored):
    page = 'receiver="pager", purpose="page", outcome="sent"'

    assert await counted(monitored, "tocsin_mentions_total") > 500
    assert await counted(monitored, 'tocsin_mentions_dead_lettered_total{reason="json"}') >= 1
    assert await counted(monitored, 'tocsin_verdicts_total{kind="crisis", phase="ringing"}') >= 1
    assert await counted(monitored, 'tocsin_pages_total{brand="film-rental"}') == 1
    assert await counted(monitored, f"tocsin_deliveries_total{{{page}}}") >= 1
    assert await counted(monitored, 'tocsin_deliveries_total{receiver="pager", outcome="refused"}') == 0
    # A page that a rise in severity superseded was not taken, the one of the rise was: by Slack and by the pager.
    assert await counted(monitored, "tocsin_page_latency_seconds_count") >= 2


async def test_the_heartbeat_goes_the_whole_way_and_the_service_outside_hears_of_it(monitored):
    async with asyncio.timeout(PATIENCE_S):
        await monitored.inbox.store.wait_for(1, "dead_man")

    # Not only begun by the start of the worker, but renewed by beats, of both partitions in every stage.
    renewed = "count(changes(tocsin_heartbeat_timestamp_seconds[1h]) > 0) == 6"
    await monitored.prometheus.until(renewed)
    assert await counted(monitored, 'tocsin_dead_man_pings_total{outcome="sent"}') >= 1
    assert await counted(monitored, 'tocsin_dead_man_pings_total{outcome="withheld"}') == 0


async def counted(monitored: Monitored, metric: str) -> float:
    """Return the sum of a metric over all processes."""
    [total] = await monitored.prometheus.query(f"sum({metric})")
    return float(total["value"][1])


async def test_it_rings_when_a_worker_is_killed(tmp_path):
    async with monitored_tocsin(tmp_path, holds={"TocsinDown": "1s"}) as running:
        # One scrape may have been slow on a loaded machine.
        await running.prometheus.until("ALERTS{alertname='TocsinDown'}", lambda alerts: not alerts)

        running.worker.kill()

        [alert] = await running.prometheus.until("ALERTS{alertname='TocsinDown', alertstate='firing'}")
        assert (alert["metric"]["job"], alert["metric"]["severity"]) == ("tocsin-worker", "critical")
