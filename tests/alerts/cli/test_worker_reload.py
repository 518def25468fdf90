"""What a worker hands to its stages when its configuration changes, and what it says of that."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.cli.listen import _SECTIONS as LISTEN
from alerts.cli.web import _SECTIONS as WEB
from alerts.cli.worker_reload import WorkerReload, sections
from alerts.configuration.configuration import Configuration, load_configuration
from alerts.errors import AlertsError
from streams.queries.matching import Matcher

BRAND = {"id": "northside", "name": "Northside", "query": "northside"}
STATED: dict[str, Any] = {
    "brands": [BRAND],
    "slack": {"token": "xoxb-1", "signing_secret": "0123456789abcdef"},
    "receivers": [{"id": "chat", "slack": {"channel": "#crisis"}}],
    "policies": [{"id": "default", "steps": [{"notify": ["chat"]}]}],
}


class Stage:
    """A stage that notes what it is handed."""

    def __init__(self) -> None:
        self.used: list[Any] = []
        self.receivers: dict[str, Any] = {}
        self.live: list[str] = []

    def use(self, *handed: Any) -> None:
        self.used.append(handed)
        if isinstance(handed[0], dict):
            self.receivers = handed[0]

    use_brands = use_matcher = use

    def live_of(self, brand: str) -> list[str]:
        return [incident for incident in self.live if incident.startswith(brand)]


@pytest.fixture
def read(tmp_path: Path):
    def configured(**other: Any) -> Configuration:
        path = tmp_path / "tocsin.yml"
        path.write_text(yaml.safe_dump(STATED | other))
        return load_configuration(path, {})

    return configured


@pytest.fixture
def reload(read) -> Any:
    reload: Any = WorkerReload(read(), Matcher(read().watched()))
    reload.ingest, reload.watch, reload.incidents, reload.outbox = (Stage() for _ in range(4))
    return reload


def test_every_section_counts_for_some_process():
    processes = (sections({"ingest", "watch", "incidents"}), LISTEN, WEB)

    assert {name for each in processes for name in (*each.live, *each.at_start)} == set(Configuration.model_fields)


def test_brands_go_to_all_stages_and_receivers_that_have_not_changed_are_left_alone(reload, read):
    other = {"id": "southside", "name": "Southside", "query": "southside"}

    reload.prepare(read(brands=[BRAND, other]))()

    assert [brand.id for brand in reload.watch.used[0][0]] == ["northside", "southside", "tocsin"]
    assert [brand.id for brand in reload.ingest.used[0][0].brands] == ["northside", "southside"]
    assert [brand.id for brand in reload.incidents.used[0][0]] == ["northside", "southside", "tocsin"]
    assert reload.outbox.used == []


def test_a_time_for_the_texts_of_a_source_is_said_to_be_read_at_the_start_alone(reload, read):
    tube = {"id": "tube", "youtube": {"key": "k", "channels": ["UCnorthsidehospital00000"]}}
    reload.prepare(read(sources=[tube]))()

    unchanged = reload.prepare(read(sources=[tube | {"keep": "all"}]))()
    shorter = reload.prepare(read(sources=[tube | {"keep_texts": "9d"}]))()

    assert unchanged == ()
    assert "restart it for `keep_texts`" in shorter[0]


def test_receivers_that_have_changed_are_built_before_anything_is_handed_over(reload, read):
    changed = read(
        receivers=[
            *STATED["receivers"],
            {"id": "mail", "webhook": {"url": "https://h.example/", "secret": "whsec_" + "QUJD" * 8}},
        ]
    )

    apply = reload.prepare(changed)
    assert reload.watch.used == reload.outbox.used == []
    apply()

    assert set(reload.outbox.receivers) == {"chat", "mail"}
    assert reload.incidents.used[0][2] == {"chat": False, "mail": False}


def test_a_receiver_that_cannot_be_built_hands_over_nothing(reload, read):
    changed = read().model_copy(update={"slack": Configuration().slack})

    with pytest.raises(AlertsError, match=r"slack\.token"):
        reload.prepare(changed)

    assert reload.watch.used == []


def test_an_open_incident_of_a_brand_that_is_taken_out_is_named(reload, read):
    reload.incidents.live = ["northside-20110712T150400Z"]

    notes = reload.prepare(read(brands=[]))()

    assert len(notes) == 1
    assert "its incident northside-20110712T150400Z is not over" in notes[0]


def test_who_changes_a_query_is_told_that_what_is_ordinary_was_learned_with_another(reload, read):
    notes = reload.prepare(read(brands=[BRAND | {"query": "northside OR nhs"}]))()
    again = reload.prepare(read(brands=[BRAND | {"query": "northside OR nhs", "floor": 9}]))()

    assert len(notes) == 1
    assert "tocsin learn" in notes[0]
    assert again == ()
