"""What a backtest of files says first, and that it does not depend on the order they stand in."""

import io
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.cli.backtest import run_backtest
from alerts.configuration.configuration import load_configuration
from streams.connectors.jsonl import JsonLines
from tests.streams.story import NOON, rfc3339

MINUTES, LOUD = 120, 90
CALM, ANGRY = "a lovely day at northside", "I hate northside, a terrible and shameful place"


def told(*, angry: str = ANGRY, language: str = "en") -> list[dict[str, Any]]:
    """Give two hours of two calm voices a minute, and five minutes of forty angry ones."""
    posts: list[dict[str, Any]] = []
    for minute in range(MINUTES):
        is_loud = LOUD <= minute < LOUD + 5
        for second in range(40 if is_loud else 2):
            number = len(posts)
            posts.append(
                {"id": f"p{number}", "published": rfc3339(NOON + minute * 60 + second), "author": {"id": f"a{number}"},
                 "content": angry if is_loud else CALM, "language": language}
            )  # fmt: skip
    return posts


def backtest(folder: Path, *files: Sequence[dict[str, Any]], as_json: bool = True) -> str:
    path = folder / "tocsin.yml"
    path.write_text(yaml.safe_dump({"brands": [{"id": "northside", "name": "Northside", "query": "northside"}]}))
    connectors = []
    for number, posts in enumerate(files):
        file = folder / f"{number}.jsonl"
        file.write_text("\n".join(json.dumps(post) for post in posts))
        connectors.append(JsonLines(str(file)))
    out = io.StringIO()
    run_backtest(connectors, load_configuration(path, {}), as_json=as_json, out=out)
    return out.getvalue()


def incidents_and_summary(text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *incidents, last = [json.loads(line) for line in text.splitlines()]
    summary = last["summary"]
    summary.pop("seconds")
    return incidents, summary


def test_the_order_of_the_lines_and_of_the_files_does_not_matter(tmp_path):
    posts = told()
    shuffled = random.Random(7).sample(posts, len(posts))

    as_it_happened = incidents_and_summary(backtest(tmp_path, posts))

    assert [incident["kind"] for incident in as_it_happened[0]] == ["crisis"]
    assert as_it_happened[1]["late"] == 0
    assert as_it_happened[1]["matched"] == {"northside": len(posts)}
    assert incidents_and_summary(backtest(tmp_path, posts[::-1])) == as_it_happened
    assert incidents_and_summary(backtest(tmp_path, posts[200:], posts[:200])) == as_it_happened
    assert incidents_and_summary(backtest(tmp_path, shuffled)) == as_it_happened


def test_a_line_of_the_future_is_refused_and_all_others_count(tmp_path):
    posts = told()
    incidents, summary = incidents_and_summary(
        backtest(tmp_path, [*posts[:50], {**posts[0], "id": "x", "published": "2062-01-01T00:00:00Z"}, *posts[50:]])
    )

    assert len(incidents) == 1
    assert (summary["refused"], summary["late"]) == (1, 0)


@pytest.mark.parametrize("angry", ["northside 😡🤬", "@northside 👎👎", "#northside 🤮", "𝗡𝗼𝗿𝘁𝗵𝘀𝗶𝗱𝗲 𝗶𝘀 𝗮 𝗱𝗶𝘀𝗴𝗿𝗮𝗰𝗲"])
@pytest.mark.parametrize("language", ["English", ""])
def test_anger_rings_in_whatever_signs_it_is_written(tmp_path, angry, language):
    [incident], _ = incidents_and_summary(backtest(tmp_path, told(angry=angry, language=language)))

    assert incident["kind"] == "crisis"


def test_much_that_could_not_be_scored_is_said_before_all_else_and_on_stderr(tmp_path, capsys):
    text = backtest(tmp_path, [{**post, "language": "ja"} for post in told()][: 2 * LOUD], as_json=False)

    first = "northside: 180 of 180 mentions (100 %) could not be scored"
    assert text.splitlines()[0].startswith(f"Note: {first}")
    assert "Nothing would have fired" not in text
    assert "says nothing about the rest" in text
    assert first in capsys.readouterr().err


def test_a_brand_that_nothing_matches_is_said_before_all_else(tmp_path, capsys):
    text = backtest(tmp_path, [{**post, "content": "a lovely day"} for post in told()][:50], as_json=False)

    assert text.splitlines()[0] == "Note: none of 50 mentions matches any brand's query: see `tocsin check`."
    assert "Nothing would have fired" not in text


def test_much_that_was_refused_is_said_with_its_reasons(tmp_path, capsys):
    posts = told()[:40]
    text = backtest(tmp_path, [*posts, *({**post, "published": "yesterday"} for post in posts[:10])], as_json=False)

    assert text.splitlines()[0] == "Note: 10 of 50 lines (20 %) were refused: timestamp 10."


def test_a_run_that_was_judged_whole_says_no_more_than_that(tmp_path):
    text = backtest(tmp_path, told()[:100], as_json=False)

    assert text.splitlines()[0] == "Nothing would have fired."
