"""What `tocsin.yml` says of sources is read, and every mistake in it named at once."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from alerts.configuration.configuration import Read, load_configuration, read_configuration
from streams.sources.registry import SOURCES, SourceKind
from tests.streams.sources.scripted import ScriptedSource


class HarbourSettings(BaseModel):
    """Settings of a kind made up for these tests."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: SecretStr
    port: int = Field(80, ge=1, le=65535)


class QuaySettings(BaseModel):
    """A kind that needs nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    depth: int = 3


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    for name, model in (("harbour", HarbourSettings), ("quay", QuaySettings)):
        monkeypatch.setitem(SOURCES, name, SourceKind(model, ScriptedSource))


def read(folder: Path, text: str, **environment: str) -> Read:
    path = folder / "tocsin.yml"
    path.write_text(text)
    return read_configuration(path, environment)


def test_a_source_has_an_id_a_kind_and_what_it_keeps(tmp_path):
    (tmp_path / "key").write_text("secret\n")
    text = "sources:\n- {id: news, harbour: {key_file: key}}\n- {id: port-2, keep: all, quay: {depth: 5}}\n"

    configuration = read(tmp_path, text).configuration

    news, port = configuration.sources
    assert (news.id, news.keep, news.kinds) == ("news", "matched", {"harbour": {"key": "secret"}})
    assert (port.id, port.keep, port.kinds) == ("port-2", "all", {"quay": {"depth": 5}})


def test_every_mistake_in_a_source_is_named_with_its_line(tmp_path):
    text = """sources:
- {id: a, harbour: {port: 0}}
- {id: a, keep: some, quay: {}}
- {id: b, harbor: {key: x}}
- {id: c}
- {id: d, quay: {dept: 3}}
- {id: e, quay: }
- {id: f, quay: {}, harbour: {key: x}}
- {id: g, quay: {}, kep: all}
"""

    told = "\n".join(read(tmp_path, text).mistakes)

    for words in (
        "tocsin.yml:2: sources[0].harbour.key: is missing",
        "tocsin.yml:2: sources[0].harbour.port: ",
        "tocsin.yml:3: sources[1].id: a is taken by sources[0]",
        "tocsin.yml:3: sources[1].keep: ",
        "tocsin.yml:4: sources[2].harbor: there is no kind of source named harbor; did you mean harbour",
        "tocsin.yml:5: sources[3]: needs exactly one kind of",
        "tocsin.yml:6: sources[4].quay.dept: ",
        "tocsin.yml:7: sources[5].quay: must be a section with depth; it is nothing; write `quay: {}`",
        "tocsin.yml:8: sources[6]: needs exactly one kind of",
        "tocsin.yml:9: sources[7].kep: there is no setting or kind named kep; did you mean keep",
    ):
        assert words in told
    assert len(told.splitlines()) == 10


def test_a_receivers_kind_is_no_kind_of_source(tmp_path):
    told = read(tmp_path, "sources:\n- {id: a, slack: {channel: x}}\n").mistakes

    assert any("there is no kind of source named slack" in mistake for mistake in told)


def test_the_environment_may_hold_all_sources(tmp_path):
    (tmp_path / "tocsin.yml").write_text("sources: []\n")
    environment = {
        "TOCSIN_SOURCES": '[{"id": "q", "quay": {"depth": 7}}]',
        "TOCSIN_LISTEN__CONTACT": "ops@example.org",
        "TOCSIN_METRICS__LISTEN_PORT": "0",
    }

    configuration = load_configuration(tmp_path / "tocsin.yml", environment)

    assert configuration.sources[0].kinds == {"quay": {"depth": 7}}
    assert (configuration.listen.contact, configuration.metrics.listen_port) == ("ops@example.org", 0)


def test_a_secret_stands_in_no_message(tmp_path):
    told = read(tmp_path, "sources:\n- {id: a, harbour: {key: hush, port: hush2}}\n").mistakes

    assert not any("hush" in mistake.replace("hush2", "") for mistake in told)
