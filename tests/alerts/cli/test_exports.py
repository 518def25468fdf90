"""Suites' exports are backtested as they were downloaded, by the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.patience import PATIENCE_S
from tests.streams.connectors.archives import ACCOUNT_JS, TWEETS, tweets_js, x_archive
from tests.streams.connectors.exports import BRANDWATCH, EXPORTS, LABELS, Export
from tests.streams.connectors.workbooks import workbook
from tocsin import main

ROOT = Path(__file__).parents[3]


def backtest(folder: Path, *arguments: str) -> tuple[dict[str, object], list[str]]:
    brand = {"id": "northside", "name": "Northside", "query": "northside", "languages": ["en", "fr"]}
    (folder / "tocsin.yml").write_text(yaml.safe_dump({"brands": [brand]}))
    command = [sys.executable, "-m", "tocsin", "backtest", *arguments, "--json"]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.splitlines()[-1])["summary"], done.stderr.decode().splitlines()


def test_exports_are_backtested_and_each_is_said_to_be_whose_it_is(tmp_path):
    exports = [*EXPORTS, Export("brandwatch", "brandwatch.xlsx", workbook([*LABELS, *BRANDWATCH]))]
    for export in exports:
        (tmp_path / export.name).write_bytes(export.data)

    summary, said = backtest(tmp_path, *(export.name for export in exports), "--time-zone", "UTC")

    # The workbook repeats what stands in the text.
    assert (summary["mentions"], summary["duplicates"], summary["matched"]) == (9, 2, {"northside": 7})
    assert summary["refused"] == 0
    for export in exports:
        told = f"{export.name} is read as an export of {export.suite}; --preset none reads it by its own names"
        assert f"note: {told}" in said


def test_an_archive_of_x_is_backtested(tmp_path):
    data = x_archive({"data/account.js": ACCOUNT_JS, "data/tweets.js": tweets_js(TWEETS)})
    (tmp_path / "twitter.zip").write_bytes(data)

    summary, _ = backtest(tmp_path, "twitter.zip")

    assert (summary["mentions"], summary["matched"], summary["refused"]) == (3, {"northside": 3}, 0)


@pytest.mark.parametrize(
    "command", [["backtest", "x.csv"], ["ingest", "x.csv"], ["learn", "x.csv", "--brand", "a"]], ids=lambda to: to[0]
)
def test_an_unknown_suite_is_refused_with_the_list_by_every_command(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([*command, "--preset", "mentionlytics"])

    assert left.value.code == 1
    assert "choose of brandwatch, meltwater, sprinklr, talkwalker, or none" in capsys.readouterr().err
