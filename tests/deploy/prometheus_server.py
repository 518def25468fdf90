"""A real Prometheus for a test: ``deploy/prometheus`` with other targets, a scrape a second, and its own folder."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

from streams.kafka.broker.embedded import free_port
from tests.patience import PATIENCE_S

DEPLOYED = Path(__file__).parents[2] / "deploy" / "prometheus"
_LOOK_S = 0.1


class PrometheusServer:
    """Prometheus as a process of ours.

    Parameters
    ----------
    folder
        For its configuration, data and log.
    targets
        ``host:port`` by the name of the job in ``deploy/prometheus/prometheus.yml``; jobs left out are not scraped.
    holds
        Other lengths of ``for``, by the name of the alert.
    """

    def __init__(self, folder: Path, targets: Mapping[str, list[str]], holds: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self.log = folder / "prometheus.log"
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S)
        configuration = yaml.safe_load((DEPLOYED / "prometheus.yml").read_text())
        configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        jobs = {job["job_name"]: job for job in configuration["scrape_configs"]}
        assert targets.keys() <= jobs.keys()
        configuration["scrape_configs"] = [
            {**jobs[name], "static_configs": [{"targets": addresses}]} for name, addresses in targets.items()
        ]
        (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        for name in configuration["rule_files"]:
            rules = yaml.safe_load((DEPLOYED / name).read_text())
            for rule in (rule for group in rules["groups"] for rule in group["rules"]):
                if rule.get("alert") in (holds or {}):
                    rule["for"] = (holds or {})[rule["alert"]]
            (folder / name).write_text(yaml.safe_dump(rules))

    async def __aenter__(self) -> Self:
        self._launch()
        await self._until(self._is_ready, "Prometheus is not ready")
        return self

    def _launch(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus", f"--config.file={self._folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self._folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.aclose()
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait)

    async def get(self, path: str, **asked: str) -> Any:
        """Return the data that an address of the API answers with."""
        told = (await self._client.get(f"{self.url}/api/v1/{path}", params=asked)).json()
        assert told["status"] == "success", f"{asked}: {told}"
        return told["data"]

    async def query(self, expr: str) -> list[dict[str, Any]]:
        """Return what an expression gives now: series with their labels and one value."""
        found: list[dict[str, Any]] = (await self.get("query", query=expr))["result"]
        return found

    async def until_up(self) -> None:
        """Wait until every target has been scraped."""

        async def are_up() -> bool:
            targets = (await self.get("targets"))["activeTargets"]
            return bool(targets) and all(target["health"] == "up" for target in targets)

        await self._until(are_up, "a target is not up")

    async def until(self, expr: str, holds: Callable[[list[dict[str, Any]]], bool] = bool) -> list[dict[str, Any]]:
        """Wait until an expression gives what is expected, by default anything, and return it."""
        last: list[dict[str, Any]] = []

        async def gives() -> bool:
            last[:] = await self.query(expr)
            return holds(last)

        await self._until(gives, expr, lambda: f"; last: {last}")
        return last

    async def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()[-2000:]
        try:
            return (await self._client.get(f"{self.url}/-/ready")).is_success
        except httpx.HTTPError:
            return False

    async def _until(self, holds: Callable[[], Any], what: str, last: Callable[[], str] = str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not await holds():
            assert time.monotonic() < deadline, f"did not come: {what}{last()}"
            await asyncio.sleep(_LOOK_S)
