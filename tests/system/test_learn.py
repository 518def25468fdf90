"""A brand is given its history while a real worker runs."""

import json

import msgspec
import pytest
import yaml

from alerts.cli.learn import run_learn
from alerts.configuration.configuration import load_configuration
from streams.connectors.jsonl import JsonLines
from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.topics import OBSERVATIONS, VERDICTS
from streams.mention import decode_mention
from streams.wire.observation_row import ObservationRow
from tests.kafka.reading import read_topic, read_until
from tests.kafka.worker import WorkerProcess
from tests.streams.story import NOON, record

DAY = 24 * 3600
LIVE = 10 * 60
OPEN_FOR = 3600
"""Event time goes on with the clock while the history is learned: what is said afterwards is not late for that."""


@pytest.mark.kafka
def test_a_brand_learns_its_history_from_a_file_while_the_worker_runs_and_nobody_is_told(kafka, tmp_path, capsys):
    ensure_topics(kafka)
    path = tmp_path / "tocsin.yml"
    brands = [{"id": "northside", "name": "Northside", "query": "northside"}]
    stated = {"kafka": msgspec.to_builtins(kafka), "brands": brands, "ingest": {"lateness_s": OPEN_FOR}}
    path.write_text(yaml.safe_dump(stated | {"metrics": {"port": 0}}))
    archive = [record(i, -DAY + 60 * i, "a lovely day at northside").value or b"" for i in range(DAY // 60)]
    angry = [
        record(10_000 + i, -DAY / 2 + i, "I hate northside, a terrible and shameful place").value or b""
        for i in range(60)
    ]
    late = [record(20_000 + i, DAY + i, "of tomorrow, at northside").value or b"" for i in range(5)]
    file = tmp_path / "archive.jsonl"
    file.write_bytes(b"\n".join([*late, *reversed(archive), *angry]))
    log = tmp_path / "worker.log"

    with WorkerProcess(["-m", "tocsin", "worker", "--only", "ingest,watch", "-c", str(path)], log):
        with MentionSink(kafka, "test") as sink:
            sink.send_heartbeats(NOON)
        read_until(kafka, VERDICTS, lambda found: any(record.key.startswith(b"@beat/") for record in found))

        run_learn([JsonLines(str(file))], load_configuration(path, {}), "northside")

        with MentionSink(kafka, "test") as sink:
            for second in range(0, LIVE, 60):
                sink.send(decode_mention(record(second, second, "a lovely day at northside").value or b""))
            sink.send_heartbeats(NOON + LIVE + OPEN_FOR + 180)
        read_until(kafka, OBSERVATIONS, lambda found: len(found) >= LIVE // 60 - 2)

    rows = [msgspec.json.decode(one.value, type=ObservationRow) for one in read_topic(kafka, OBSERVATIONS)]
    assert all(0.9 < row.expected < 1.5 for row in rows)  # a mention a minute, and an angry minute
    assert all(row.start >= NOON for row in rows)
    assert not [one for one in read_topic(kafka, VERDICTS) if not one.key.startswith(b"@beat/")]
    assert [line for line in log.read_text().splitlines() if "history taken" in line]
    told = capsys.readouterr().out
    assert f"northside: {len(archive) + len(angry):,} mentions from 2011-07-11T12:00:00Z" in told
    assert f"{len(late)} later ones left out" in told
    assert json.dumps("nobody is notified")[1:-1] in told
