"""``tocsin check`` asks each source, and none hides what another says."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.cli.check import run_check
from alerts.cli.check_sources import check_sources
from alerts.configuration.configuration import Configuration, load_configuration
from streams.sources.registry import SOURCES, SourceKind
from streams.sources.source import Problem, SourceError, SourceUnavailableError
from tests.streams.sources.scripted import ScriptedSettings, ScriptedSource


class Broken(ScriptedSource):
    """Answers as its script's name says."""

    async def check(self) -> list[Problem]:
        match self._script.stem:
            case "away":
                raise SourceUnavailableError("GET https://a.example/: 503 Service Unavailable")
            case "refused":
                raise SourceError("the key is refused; make another")
            case "bug":
                raise KeyError("x")
            case "hangs":
                await asyncio.Event().wait()
        return await super().check()


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setitem(SOURCES, "scripted", SourceKind(ScriptedSettings, Broken))


def configured(folder: Path, *names: str, **sections: Any) -> Configuration:
    sources = [{"id": name, "scripted": {"script": str(folder / f"{name}.jsonl")}} for name in names]
    (folder / "tocsin.yml").write_text(yaml.safe_dump({"sources": sources, **sections}))
    return load_configuration(folder / "tocsin.yml")


async def test_each_source_is_asked_and_what_stops_one_is_told_of_it_alone(tmp_path):
    (tmp_path / "fine.jsonl").touch()
    configuration = configured(tmp_path, "fine", "away", "refused", "bug", "hangs", "missing")

    notes, failures = await check_sources(configuration, answer_s=0.2)

    assert notes == [
        "source fine (scripted): can be heard",
        "note: source fine (scripted): costs nothing: it is a script",
    ]
    assert [failure.split(":")[0] for failure in failures] == [
        f"source {name} (scripted)" for name in ("away", "refused", "bug", "hangs", "missing")
    ]
    assert "no answer within 0.2 s" in failures[3]
    assert failures[4].endswith("is not there; write it")


def test_a_source_without_a_brand_sends_nothing_and_that_is_noted(tmp_path, capsys):
    configured(tmp_path, "fine")

    run_check(tmp_path / "tocsin.yml", offline=True)

    assert "note: source fine: nothing is sent" in capsys.readouterr().out
