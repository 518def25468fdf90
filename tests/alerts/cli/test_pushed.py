"""What the command line says of sources that are pushed to ``tocsin web``."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.cli.check_sources import check_sources
from alerts.cli.listened import listened_of
from alerts.cli.sources import row_of
from alerts.cli.subscribing import Subscribing
from alerts.configuration.configuration import Configuration, load_configuration, read_configuration
from alerts.errors import AlertsError, ConfigurationError
from alerts.simulation.services.hub import SimulatedHub
from streams.queries.matching import Matcher
from streams.sources.http import HttpClient
from streams.sources.pushed_sources import PushedSources, PushedTo
from streams.sources.websub.settings import WebSubSettings
from streams.sources.websub.source import WebSubSource
from tests.patience import PATIENCE_S

SECRET = "0123456789abcdef0123456789abcdef"
SUITE = {"id": "suite", "meltwater": {"secret_file": "secret"}}
URL = "https://tocsin.example.org"


def configured(folder: Path, *sources: Any, secret: str = SECRET, **sections: Any) -> Configuration:
    (folder / "secret").write_text(f"{secret}\n")
    (folder / "tocsin.yml").write_text(yaml.safe_dump({"sources": list(sources), **sections}))
    return load_configuration(folder / "tocsin.yml")


async def test_check_prints_the_address_to_paste_into_the_suite(tmp_path):
    youscan = {"id": "ys", "youscan": {"secret_file": "secret"}}

    notes, failures = await check_sources(configured(tmp_path, SUITE, youscan, public_url=f"{URL}/"))

    assert failures == []
    assert [line.rpartition(" ")[2] for line in notes] == [f"{URL}/sources/{name}/{SECRET}" for name in ("suite", "ys")]


@pytest.mark.parametrize(
    ("public_url", "note"),
    [
        ("http://localhost:8080", "no suite or hub can reach"),
        ("http://tocsin.example.org", "public_url is not https"),
    ],
)
async def test_check_notes_an_address_that_no_suite_reaches_or_that_anybody_reads(tmp_path, public_url, note):
    notes, _ = await check_sources(configured(tmp_path, SUITE, public_url=public_url))

    assert note in notes[1]


def test_listen_says_who_takes_what_is_pushed(tmp_path):
    configuration = configured(tmp_path, SUITE)

    with pytest.raises(AlertsError, match="`tocsin web` receives what suite push"):
        listened_of(configuration)
    with pytest.raises(AlertsError, match="suite is pushed to us: `tocsin web` receives it"):
        listened_of(configuration, ["suite"])


def test_a_source_to_which_nobody_has_listened_names_the_command_that_does():
    assert row_of("suite", "meltwater", None, 0.0).says.endswith("run `tocsin web`")


def test_a_secret_that_is_too_short_is_refused_with_its_line_and_not_shown(tmp_path):
    with pytest.raises(ConfigurationError) as error:
        configured(tmp_path, SUITE, secret="correct-horse")

    assert "openssl rand -hex 24" in str(error.value)
    assert "correct-horse" not in str(error.value)


def test_a_search_of_a_brand_that_does_not_exist_is_a_mistake_with_its_line(tmp_path):
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "tocsin.yml").write_text("""brands: [{id: northside, name: N, query: northside}]
sources:
- id: suite
  meltwater:
    secret_file: secret
    brands:
      2382415: northsied
""")

    (mistake,) = read_configuration(tmp_path / "tocsin.yml").mistakes

    assert "tocsin.yml:7" in mistake
    assert "there is no brand named northsied; did you mean northside?" in mistake


async def test_check_names_the_feeds_that_no_hub_pushes(tmp_path):
    async with SimulatedHub(time.time) as hub:
        websub = {"id": "news", "websub": {"urls": [hub.feed], "secret_file": "secret"}}
        notes, failures = await check_sources(configured(tmp_path, websub, public_url=URL))
        assert (notes, failures) == (
            [f"source news (websub): `tocsin web` asks hubs to push; they must reach {URL}/sources/"], [],
        )  # fmt: skip

        hub.names = "nowhere"
        _, failures = await check_sources(configured(tmp_path, websub, public_url=URL))

    assert failures == [
        "source news (websub): 1 of 1 feeds name no hub over https, and are not pushed: feed 1 (127.0.0.1)"
    ]


async def test_the_web_process_asks_as_long_as_a_source_is_configured():
    http = HttpClient()
    async with SimulatedHub(time.time) as hub:
        settings = WebSubSettings.model_validate({"urls": [hub.feed], "secret": SECRET})
        stated = PushedTo(source=WebSubSource("news", settings), stated=settings)
        sources = PushedSources([stated], Matcher([]), nowhere)
        subscribing = Subscribing(http, URL)
        try:
            subscribing.keep(sources)
            await asyncio.wait_for(hub.was_asked.wait(), PATIENCE_S)
            subscribing.keep(sources)
            sources.take_up([], Matcher([]))
            subscribing.keep(sources)
            assert subscribing._tasks == {}
        finally:
            await subscribing.close()


async def nowhere(*_: Any) -> None:
    """Take nothing."""
