"""``tocsin check``: the broker and its partitions; with ``--send`` every receiver, and the service outside."""

import asyncio
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from alerts.cli import check as check_command
from alerts.cli.check import run_check
from alerts.errors import AlertsError
from alerts.simulation.services.inbox import ROUTING_KEY, Inbox
from streams.kafka.administration.topics import connect_admin, ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MENTIONS, TOPICS, VERDICTS
from tests.kafka.growing import give_partitions
from tests.streams.adapters.serving import serving, until


async def checked(path: Path, **options: bool) -> None:
    # The command has a loop of its own, and the inbox lives on this one.
    await asyncio.to_thread(run_check, path, **options)


async def nothing_found(_settings: KafkaSettings) -> list[str]:
    return []


@pytest.fixture
async def inbox(monkeypatch):
    monkeypatch.setattr(check_command, "look_at_topics", lambda *_: ({"mentions": 4}, []))
    monkeypatch.setattr(check_command, "partitions_read", lambda *_: {"mentions": 4})
    monkeypatch.setattr(check_command, "find_unreadable", nothing_found)
    monkeypatch.setattr(check_command, "unreachable", lambda *_: [])
    running = Inbox()
    await running.start()
    yield running
    await running.stop()


def write(folder: Path, inbox: Inbox, url: str) -> Path:
    path = folder / "tocsin.yml"
    path.write_text(
        yaml.safe_dump(
            {
                "pagerduty": {"base_url": inbox.pagerduty_base_url},
                "receivers": [{"id": "pager", "pagerduty": {"routing_key": ROUTING_KEY}}],
                "dead_man": {"url": url},
            }
        )
    )
    return path


async def test_a_check_that_sends_pings_the_outside_once(inbox, tmp_path, capsys):
    await checked(write(tmp_path, inbox, inbox.dead_man_url), send=True)

    assert len(inbox.store.received("dead_man")) == 1
    said = capsys.readouterr().out
    assert "dead_man: 127.0.0.1 accepted a ping" in said
    assert "nobody outside notices" not in said


async def test_a_check_that_does_not_send_pings_nobody(inbox, tmp_path):
    await checked(write(tmp_path, inbox, inbox.dead_man_url))

    assert inbox.store.received() == []


async def test_a_ping_that_is_not_taken_is_named_with_the_other_failures(inbox, tmp_path):
    inbox.faults.fail_next("pagerduty", "server_error")
    path = write(tmp_path, inbox, f"{inbox.url}/ping/00000000-0000-4000-8000-000000000001")

    with pytest.raises(AlertsError) as caught:
        await checked(path, send=True)

    first, second = str(caught.value).splitlines()
    assert first.startswith("pager: PagerDuty: HTTP 500")
    assert second == "dead_man: 127.0.0.1: OK (not found); check dead_man.url"


async def test_it_is_noted_that_nobody_outside_watches(tmp_path, capsys):
    path = tmp_path / "tocsin.yml"
    path.write_text("kafka: {}\n")

    await asyncio.to_thread(run_check, path, offline=True)

    assert "note: nobody outside notices if Tocsin itself stops; set `dead_man.url`" in capsys.readouterr().out


async def test_each_query_is_shown_as_it_is_understood_and_its_faults_are_noted(tmp_path, capsys):
    path = tmp_path / "tocsin.yml"
    path.write_text("""
brands:
  - {id: northside, name: N, query: '"northside hospital" OR #save NOT shop*'}
  - {id: acme, name: A, query: 'acme NOT acme'}
  - {id: now, name: Now, query: 'now', languages: [en]}
""")

    await asyncio.to_thread(run_check, path, offline=True)

    said = capsys.readouterr().out.splitlines()
    assert (
        'brand northside: (either "northside hospital" or the tag #save); and not any word that begins with "shop"'
        in said
    )
    assert any(line.startswith("note: brand acme: it can match nothing") for line in said)
    assert any(line.startswith("note: brand now: it matches very much") for line in said)


def on_kafka(folder: Path, settings: KafkaSettings) -> Path:
    path = folder / "tocsin.yml"
    stated = {"brokers": list(settings.brokers), "topic_prefix": settings.topic_prefix, "group": settings.group}
    path.write_text(yaml.safe_dump({"kafka": stated | {"partitions": settings.partitions}}))
    return path


def topics_of(settings: KafkaSettings) -> set[str]:
    admin = connect_admin(settings, 15.0)
    try:
        return {name for name in admin.list_topics() if name.startswith((settings.topic_prefix, settings.group))}
    finally:
        admin.close()


@pytest.mark.kafka  # the embedded broker does not tell
async def test_a_check_says_how_many_partitions_are_read(kafka, tmp_path, capsys):
    ensure_topics(kafka)
    await checked(on_kafka(tmp_path, kafka))
    assert "note: no worker is reading at the moment" in capsys.readouterr().out

    # Whoever is not heard of for as long as a session reads nothing, by what Kafka says.
    async with serving(replace(kafka, session_timeout_s=30.0)) as service:
        await until(lambda: len(service.partitions) == 2)
        with pytest.raises(AlertsError) as caught:
            await checked(on_kafka(tmp_path, kafka))

    assert "partitions that workers read: mentions 2 of 2, flushes 0 of 2" in capsys.readouterr().out
    assert "2 of the 2 partitions of flushes are not read by any worker" in str(caught.value)
    assert "mentions" not in str(caught.value)


async def test_a_check_names_the_topics_that_kafka_lacks_and_creates_none(kafka, tmp_path, capsys):
    before = topics_of(kafka)

    await checked(on_kafka(tmp_path, kafka))

    said = capsys.readouterr().out
    assert "note: Kafka answers, but lacks the topics" in said
    assert kafka.topic(MENTIONS) in said
    assert "--create-topics" in said
    assert topics_of(kafka) == before


async def test_a_check_creates_the_topics_where_it_is_told_to(kafka, tmp_path, capsys):
    await checked(on_kafka(tmp_path, kafka), create_topics=True)

    assert {kafka.topic(topic) for topic in TOPICS} <= topics_of(kafka)
    assert "lacks the topics" not in capsys.readouterr().out


@pytest.mark.kafka
async def test_a_check_refuses_topics_of_a_brand_that_have_not_as_many_partitions(kafka, tmp_path):
    ensure_topics(kafka)
    await give_partitions(kafka, VERDICTS, 3)

    with pytest.raises(AlertsError) as caught:
        await checked(on_kafka(tmp_path, kafka))

    assert "flushes has 2, observations has 2, verdicts has 3, commands has 2" in str(caught.value)
    assert "docs/operating.md, 'A topic that was given partitions'" in str(caught.value)
