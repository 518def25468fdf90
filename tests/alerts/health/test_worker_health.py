"""Whether a worker lives and whether it can be relied on, as whoever supervises it asks."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Callable

from alerts.health.metrics_server import serve_metrics
from alerts.health.worker_health import WorkerHealth
from tests.patience import PATIENCE_S


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def ask(port: int, path: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def answered(port: int, path: str) -> tuple[int, dict[str, object]]:
    return await asyncio.to_thread(ask, port, path)


async def test_a_worker_is_ready_once_its_services_are(monkeypatch):
    clock, said = Clock(), ["watch has not reached Kafka"]
    health = WorkerHealth(now=clock)
    health.ask(lambda: said[0])
    port = serve_metrics("127.0.0.1", 0, health)
    assert await answered(port, "/readyz") == (503, {"status": "not ready", "missing": ["the worker is starting"]})

    async with health:
        await until(lambda: health.missing() == said)
        assert await answered(port, "/readyz") == (503, {"status": "not ready", "missing": said})
        assert (await answered(port, "/healthz"))[0] == 200
        said[0] = ""
        await until(lambda: not health.missing())
        assert await answered(port, "/readyz") == (200, {"status": "ready", "missing": []})


async def test_a_worker_whose_event_loop_hangs_does_not_live():
    clock = Clock()
    health = WorkerHealth(now=clock)
    port = serve_metrics("127.0.0.1", 0, health)
    async with health:
        await until(lambda: not health.missing())
    clock.now += 61

    status, told = await answered(port, "/healthz")

    assert (status, told["missing"]) == (503, ["the event loop has not turned for 61 s"])
