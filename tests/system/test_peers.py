"""A real worker compares incidents with peers on other partitions, as the backtest does."""

from typing import Any

import msgspec
import pytest
import yaml
from msgspec.structs import replace

from alerts.incidents.incident import Incident
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.topics import INCIDENTS
from tests.alerts.backtest.test_compared import THREE, crises, run, told
from tests.kafka.reading import read_until
from tests.kafka.worker import WorkerProcess
from tests.system.test_chain import send

__all__ = ["told"]


def comparisons(records: list[Any]) -> dict[str, list[tuple[int | None, str]]]:
    """Return when each brand's newest incident was compared, and what was concluded."""
    newest: dict[str, Incident] = {}
    for record in records:
        incident = msgspec.json.decode(record.value, type=Incident)
        newest[incident.brand] = incident
    return {brand: compared(incident) for brand, incident in newest.items() if compared(incident)}


def compared(incident: Incident) -> list[tuple[int | None, str]]:
    return [(change.event_at, change.note) for change in incident.changes if change.type == "compared"]


@pytest.mark.kafka
def test_a_worker_compares_as_the_backtest_does_after_it_has_paged(kafka, tmp_path, told):
    settings = replace(kafka, partitions=4)
    ensure_topics(settings)
    path = tmp_path / "tocsin.yml"
    brands = [
        {"id": b.id, "name": b.name, "query": b.query, "peers": list(b.peers)} for b in (each.watched for each in THREE)
    ]
    of_kafka = msgspec.to_builtins(settings)
    path.write_text(yaml.safe_dump({"kafka": of_kafka, "brands": brands, "metrics": {"port": 0}}))
    expected = {brand: compared(incident) for brand, incident in crises(run(told, 500)).items()}

    with WorkerProcess(["-m", "tocsin", "worker", "-c", str(path)], tmp_path / "worker.log"):
        send(settings, told, begin=True, end=True)
        records = read_until(settings, INCIDENTS, lambda found: comparisons(found) == expected)

    first = [msgspec.json.decode(record.value, type=Incident).change.type for record in records]
    assert first.index("opened") < first.index("compared")
    assert len(expected) == 2
