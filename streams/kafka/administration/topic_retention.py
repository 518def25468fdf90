"""Sees to it that topics that exist keep what people wrote for no longer than ``retention`` says."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka.admin import ConfigResource
from kafka.errors import KafkaError

from streams.errors import KafkaUnavailableError
from streams.kafka.administration.topics import connect_admin, table_topics
from streams.kafka.broker.embedded import CLUSTER_ID
from streams.kafka.retention import changelog_configs, configs_of, shorter, too_long
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import TOPICS, Topic

_SEEN_S = 10.0
_LOOK_S = 0.1


def keep_no_longer(
    kafka: KafkaSettings, topics: Iterable[Topic] = TOPICS, *, alter: bool = True, timeout_s: float = 15.0
) -> list[str]:
    """Let no topic that exists keep what people wrote for longer than ``retention`` says.

    What is kept for less time is left as it is. The embedded broker deletes nothing while it runs, and is not asked.

    Parameters
    ----------
    kafka
        Where Kafka is, and for how long things are to be kept.
    topics
        Which ones; the changelogs of the stages' tables are always among them.
    alter
        Whether to alter what is kept too long, or only to say so.
    timeout_s
        How long to wait for a broker that lets us in.

    Returns
    -------
    A sentence for each topic that is not as stated.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time, or one refuses.
    """
    wanted = {kafka.topic(topic): configs_of(topic, kafka.retention) for topic in topics}
    wanted |= {name: changelog_configs(kafka.retention) for name in table_topics(kafka)}
    with _asking(kafka, timeout_s) as admin:
        if _is_embedded(admin):
            return []
        names = sorted(wanted.keys() & set(admin.list_topics()))
        has = {name: _configs(admin, name) for name in names}
        altered = {name: change for name in names if (change := too_long(wanted[name], has[name]))}
        if alter:
            _alter(admin, altered)
    done = "is set now" if alter else "is needed; the next worker sets it"
    return [
        *(f"{name}: {', '.join(f'{k}={v}' for k, v in change.items())} {done}" for name, change in altered.items()),
        *(
            f"{name} was made by an earlier version; `tocsin erase --prepare` lets texts go out of it"
            for name in names
            if "compact" in wanted[name]["cleanup.policy"] and "compact" not in has[name].get("cleanup.policy", "")
        ),
        *(
            f"{name} keeps records for less time than `retention` says, and is left as it is"
            for name in names
            if shorter(wanted[name], has[name])
        ),
    ]


def is_compacted(kafka: KafkaSettings, topic: Topic, *, timeout_s: float = 15.0) -> bool:
    """Tell whether Kafka keeps the newest record of each key of a topic; the embedded broker does as much as it can.

    Raises
    ------
    KafkaUnavailableError
        If no broker answers in time, or one refuses to answer.
    """
    with _asking(kafka, timeout_s) as admin:
        return _is_embedded(admin) or "compact" in _configs(admin, kafka.topic(topic)).get("cleanup.policy", "")


def compact(kafka: KafkaSettings, topic: Topic, *, timeout_s: float = 15.0) -> None:
    """Let Kafka keep the newest record of each key of a topic, for good, as a new topic of that kind is made.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time, or one refuses.
    """
    with _asking(kafka, timeout_s) as admin:
        if not _is_embedded(admin):
            _alter(admin, {kafka.topic(topic): configs_of(topic, kafka.retention)})


def partition_counts(kafka: KafkaSettings, names: Iterable[str], *, timeout_s: float = 15.0) -> dict[str, int]:
    """Return the partitions of topics by their full names; what does not exist is left out.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers in time.
    """
    with _asking(kafka, timeout_s) as admin:
        existing = sorted(set(names) & set(admin.list_topics()))
        return {
            topic["name"]: len(topic["partitions"]) for topic in (admin.describe_topics(existing) if existing else ())
        }


@contextmanager
def _asking(kafka: KafkaSettings, timeout_s: float) -> Iterator[Any]:
    admin = connect_admin(kafka, timeout_s)
    try:
        yield admin
    except (KafkaError, ValueError) as error:
        raise KafkaUnavailableError(
            f"Kafka at {', '.join(kafka.brokers)} does not let Tocsin see or say how long topics are kept ({error}); "
            "give it the rights DescribeConfigs and AlterConfigs on its topics, or set them by hand: "
            "docs/data-protection.md"
        ) from error
    finally:
        admin.close()


def _is_embedded(admin: Any) -> bool:
    return bool(admin.describe_cluster()["cluster_id"] == CLUSTER_ID)


def _configs(admin: Any, name: str) -> dict[str, str]:
    """Return what was set for a topic."""
    configs = admin.describe_configs([ConfigResource("TOPIC", name)])["topic"][name]
    return {key: setting["value"] for key, setting in configs.items()}


def _alter(admin: Any, wanted: Mapping[str, Mapping[str, str]]) -> None:
    if not wanted:
        return
    resources = [ConfigResource("TOPIC", name, configs=dict(configs)) for name, configs in wanted.items()]
    refused = [
        f"{name}: {answer}" for name, answer in admin.alter_configs(resources)["topic"].items() if answer != "OK"
    ]
    if refused:
        raise KafkaError("; ".join(refused))
    # The controller has it; whoever asks a broker next is to find it there.
    for name, configs in wanted.items():
        deadline = time.monotonic() + _SEEN_S
        while not configs.items() <= _configs(admin, name).items() and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
