"""Whether the chain moves, however slowly: what its processes say of their own work on ``/metrics``."""

import asyncio
from collections.abc import Sequence

import httpx
from prometheus_client.parser import text_string_to_metric_families

from streams.sources.trust import trusted

_EVERY_S = 1.0
_ANSWER_S = 10.0
_WORK = (
    "tocsin_mentions",
    "tocsin_stage_recovered_rows",
    "tocsin_observations",
    "tocsin_verdicts",
    "tocsin_incidents",
    "tocsin_deliveries",
)
"""Counters of work on what was sent. What beats by itself, as a flush or a heartbeat does, shows nothing."""


class Motion:
    """Asks the processes once a second what they have done.

    Parameters
    ----------
    metrics
        Addresses of their ``/metrics``.
    """

    def __init__(self, metrics: Sequence[str]) -> None:
        self._metrics = metrics
        self._work: dict[tuple[str, str], float] = {}

    @property
    def done(self) -> dict[tuple[str, str], float]:
        """How much each process has done of each kind of work, by address and counter; equal while nothing moves."""
        return dict(self._work)

    @property
    def read(self) -> int:
        """Mentions that ingest has read since it started."""
        return int(sum(count for (_, counter), count in self._work.items() if counter == "tocsin_mentions"))

    async def watch(self) -> None:
        """Ask until cancelled. A process that does not answer in time is asked again: it may only be slow."""
        async with httpx.AsyncClient(trust_env=False, timeout=_ANSWER_S, verify=trusted()) as client:
            while True:
                for address in self._metrics:
                    await self._ask(client, address)
                await asyncio.sleep(_EVERY_S)

    async def _ask(self, client: httpx.AsyncClient, address: str) -> None:
        try:
            response = await client.get(address)
        except httpx.HTTPError:
            return
        if response.is_success:
            self._work.update({(address, name): count for name, count in work(response.text).items()})


def work(exposition: str) -> dict[str, float]:
    r"""Return the sum of each counter of work in what ``/metrics`` answered.

    Examples
    --------
    >>> told = "# TYPE tocsin_mentions_total counter\n"
    >>> work(told + 'tocsin_mentions_total{source="a"} 2\ntocsin_mentions_total{source="b"} 3.0')
    {'tocsin_mentions': 5.0}
    """
    return {
        family.name: sum(sample.value for sample in family.samples if sample.name.endswith("_total"))
        for family in text_string_to_metric_families(exposition)
        if family.name in _WORK
    }
