"""Pages of the product and of published rules on posts from a folder."""

import json
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from alerts.simulation.benchmark.figures import Bench, LeftOut
from alerts.simulation.benchmark.real_pages import PagesFigures, measure_pages

BEGAN = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
DAYS, HOUR_S, DAY_S = 10, 3600, 86_400


def post(moment: int, author: str, text: str) -> str:
    published = datetime.fromtimestamp(moment, UTC).isoformat()
    return json.dumps(
        {"id": f"{author}-{moment}", "published": published, "content": text, "source": "microblog", "language": "en",
         "author": {"id": author}},
    )  # fmt: skip


def folder_with(data: Path, lines: list[str]) -> Path:
    (data / "stocknet").mkdir()
    (data / "stocknet" / "tocsin.yml").write_text("brands: [{id: acme, name: Acme, query: acme}]\n")
    packed = zstandard.ZstdCompressor().compress("\n".join(lines).encode())
    (data / "stocknet" / "mentions.jsonl.zst").write_bytes(packed)
    return data


def test_it_is_left_out_with_a_word_where_there_are_no_posts(tmp_path):
    for data in (None, tmp_path):
        found = measure_pages(Bench(data=data, log=lambda _: None))
        assert isinstance(found, LeftOut)
        assert "--data FOLDER" in found.left_out


def test_an_outcry_that_both_hear_is_beside_ours(tmp_path):
    calm = [post(BEGAN + hour * HOUR_S, f"a{hour}", "acme opens at nine") for hour in range(DAYS * 24)]
    outcry = BEGAN + DAYS * DAY_S
    angry = [post(outcry + 20 * n, f"b{n}", f"acme is a disgrace, terrible and awful, {n} ruined") for n in range(200)]

    found = measure_pages(Bench(data=folder_with(tmp_path, [*calm, *angry]), log=lambda _: None))

    assert isinstance(found, PagesFigures)
    rows = {row.rule: row for row in found.rows}
    assert (found.mentions, found.brands) == (len(calm) + len(angry), 1)
    assert (rows["Tocsin"].pages, rows["Tocsin"].of_ours, rows["Tocsin"].lag) == (1, 1, 0.0)
    assert rows["five times the mean"].of_ours == 1
    assert len(list(found.shown())) == 2
