"""Each command says what is wrong in one line and exits 1; the README names only commands that exist."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from detectors.negativity.weights import read_weights, write_weights
from tests.patience import PATIENCE_S
from tocsin import main

ROOT = Path(__file__).parents[2]
NOWHERE = "127.0.0.1:1"
NOON = "2026-01-01T12:00:00Z"


def tocsin(*arguments: str, given: bytes = b"", folder: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *arguments],
        input=given,
        capture_output=True,
        cwd=folder,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.yml").write_text(f"kafka: {{brokers: ['{NOWHERE}']}}\nbrands: [{{id: a, name: A, query: a}}]\n")
    (tmp_path / "bad.yml").write_text("brandz: []\n")
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n")
    (tmp_path / "bad.jsonl").write_text("not json\n")
    (tmp_path / "good.jsonl").write_text('{"id":"1","published":"2026-01-01T00:00:00Z","content":"a"}\n')
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["worker", "-c", "none.yml"], "none.yml: cannot read the configuration"),
        (["worker", "-c", "bad.yml"], "bad.yml:1: brandz: unknown setting; did you mean brands?"),
        (["web", "-c", "bad.yml"], "bad.yml:1: brandz"),
        (["check", "-c", "bad.yml"], "bad.yml:1: brandz"),
        (["check", "-c", "good.yml"], f"no Kafka broker answers at {NOWHERE}"),
        (["ingest", "good.jsonl", "-c", "good.yml"], f"no Kafka broker answers at {NOWHERE}"),
        (["ingest", "mentions.pdf", "-c", "good.yml"], "no connector reads this"),
        (["backtest", "none.jsonl", "-c", "good.yml"], "none.jsonl: cannot open it"),
        (["backtest", "bad.csv", "-c", "good.yml"], "no column for id"),
        (["backtest", "good.jsonl", "-c", "good.yml", "--plot", "chart.png"], "name ending in .svg"),
        (["detect", "none.csv"], "none.csv"),
        (["detect", "bad.csv"], "bad.csv:1: no column 'timestamp'"),
        (["benchmark", "--data", "none"], "none"),
        (["score", "--weights", "none.npz"], "none.npz: these are no negativity weights"),
        (["score", "--weights", "bad.csv"], "bad.csv: these are no negativity weights"),
        (["explain", "aa", "--at", NOON, "-c", "good.yml"], "no brand with the id 'aa'; did you mean a?"),
        (["explain", "zzz", "--at", NOON, "-c", "good.yml"], "no brand with the id 'zzz'; known: a"),
        (["explain", "a", "--at", "noon", "-c", "good.yml"], "'noon' is not an RFC 3339 time with an offset"),
        (["explain", "a", "--at", NOON[:-1], "-c", "good.yml"], "is not an RFC 3339 time with an offset"),
        (["explain", "a", "--at", NOON, "-c", "good.yml"], f"no Kafka broker answers at {NOWHERE}"),
        (["revoke-links", "a-1", "-c", "good.yml"], f"no Kafka broker answers at {NOWHERE}"),
        (["link", "a-1", "--to", "chief", "-c", "good.yml"], "no receiver with the id 'chief'; known: none"),
        (["missed", "aa", "--at", NOON, "-c", "good.yml"], "no brand with the id 'aa'; did you mean a?"),
        (["missed", "a", "--at", "noon", "-c", "good.yml"], "'noon' is not an RFC 3339 time with an offset"),
        (["missed", "a", "--at", "2999-01-01T00:00:00Z", "-c", "good.yml"], "2999-01-01T00:00:00Z is in the future"),
        (["missed", "a", "--at", NOON, "-c", "good.yml"], f"no Kafka broker answers at {NOWHERE}"),
        (["explain", "a", "--at", NOON, "-c", "none.yml"], "none.yml: cannot read the configuration"),
        (["explain", "a", "--at", NOON, "-c", "good.yml", "--file", "none.jsonl"], "none.jsonl: cannot open it"),
        (["explain", "a", "--at", NOON, "-c", "good.yml", "--file", "good.jsonl"], "is too late: the last bin"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_clear_line_and_exit_status_1(folder, arguments, said, capsys, monkeypatch):
    monkeypatch.chdir(folder)

    with pytest.raises(SystemExit) as left:
        main(arguments)

    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert left.value.code == 1
    assert lines[-1].startswith("tocsin: ")
    assert said in lines[-1]
    assert len(lines) == 1


@pytest.mark.parametrize("arguments", [["worker", "-c", "bad.yml"], ["revoke-links", "a-1", "-c", "good.yml"]])
def test_a_process_says_no_more_than_that_line_of_wrong_input(folder, arguments):
    done = tocsin(*arguments, folder=folder)

    assert done.returncode == 1
    assert done.stderr.decode().startswith("tocsin: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["worker", "--only", "nothing"],
        ["broker", "--port", "70000"],
        ["ingest"],
        ["detect", "x", "--nonsense"],
        ["explain", "a"],
        ["explain", "a", "--at", NOON, "--around", "soon"],
        ["explain", "a", "--at", NOON, "--around", "4h"],
    ],
)
def test_wrong_usage_exits_2(arguments):
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2


def test_lines_that_are_no_mentions_are_named_and_the_rest_is_used(folder):
    (folder / "mixed.jsonl").write_bytes((folder / "bad.jsonl").read_bytes() + (folder / "good.jsonl").read_bytes())

    done = tocsin("backtest", "mixed.jsonl", "-c", "good.yml", "--json", folder=folder)

    assert done.returncode == 0
    assert done.stderr.decode().startswith("mixed.jsonl:1: json: ")
    assert b'"mentions": 1' in done.stdout


def test_score_prints_a_number_for_each_line_in_order():
    done = tocsin("score", given=b"I hate this, it is awful\n\nwhat a lovely day \xff\n")

    angry, empty, lovely = (float(line) for line in done.stdout.split())
    assert done.returncode == 0
    assert 0 <= lovely < 0.5 < angry <= 1
    assert 0 <= empty <= 1


def test_score_takes_the_weights_of_another_training(tmp_path):
    weights = read_weights()
    write_weights(weights._replace(calibration=np.array([0.0, 0.0, 0.5], dtype=np.float32)), tmp_path / "even.npz")

    done = tocsin("score", "--weights", str(tmp_path / "even.npz"), given=b"I hate this, it is awful\n")

    assert done.stdout.split() == [b"0.500000"]


def test_detect_reads_stdin_and_writes_a_row_for_each_row():
    rows = "".join(f"2015-03-01 {hour:02}:00:00,{10 + hour}\n" for hour in range(24))

    done = tocsin("detect", "-", "-o", "-", given=f"timestamp,value\n{rows}".encode())

    header, *told = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert header == "timestamp,value,expected,upper,score,alarm"
    assert [line.split(",")[:2] for line in told] == [line.split(",") for line in rows.splitlines()]


def test_every_command_that_the_readme_and_the_manual_name_exists():
    text = "".join((ROOT / name).read_text() for name in ("README.md", "docs/operating.md", "docs/contributing.md"))
    commands = set(re.findall(r"`(?:\.venv/bin/)?tocsin ([a-z]+)", text))
    targets = set(re.findall(r"`?make ([a-z]+)\b", text)) & {
        "demo",
        "test",
        "lint",
        "bench",
        "setup",
        "lock",
        "screenshots",
    }
    known = tocsin("--help").stdout.decode()
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert {"demo", "worker", "web", "check", "backtest", "ingest", "benchmark"} <= commands | {"demo", "benchmark"}
    assert all(re.search(rf"^\s+{command}\b", known, re.MULTILINE) for command in commands)
    assert {"demo", "test"} <= targets <= made
