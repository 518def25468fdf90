"""What hearing Bluesky is measured on is what it claims to be, and all of it is read."""

import json
from collections import Counter

import pytest

from alerts.simulation.benchmark.bluesky import BlueskyFigures, Size, measure_bluesky, memory, read_and_match, reading
from alerts.simulation.benchmark.bluesky_frames import frames, loaded
from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.synthetic_mentions import START_S, brands
from streams.queries.matching import Matcher
from streams.sources.bluesky.compression import Inflater

TINY = Size(events=400, runs=1, events_in_all=2_000)
WATCHED = brands(20)


def test_frames_are_mixed_as_the_stream_is():
    made = [json.loads(frame) for frame in frames(4_000, WATCHED, wire="v1", matching=0.1, seed=1)]

    kinds = Counter(event.get("commit", {}).get("operation", event["kind"]) for event in made)
    posts = [event["commit"]["record"] for event in made if event.get("commit", {}).get("operation") == "create"]
    assert kinds["delete"] / 4_000 == pytest.approx(0.08, abs=0.02)
    assert kinds["create"] / 4_000 == pytest.approx(0.87, abs=0.02)
    assert sum("facets" in post for post in posts) / len(posts) == pytest.approx(0.3, abs=0.03)
    assert sum("reply" in post for post in posts) / len(posts) == pytest.approx(0.4, abs=0.03)


@pytest.mark.parametrize("wire", ["v1", "v2"])
def test_nothing_of_it_is_refused_and_so_much_matches_as_is_said(wire):
    made = frames(2_000, WATCHED, wire=wire, matching=0.1, seed=1)

    taken = reading(wire, Inflater()).take(made, START_S * 1.5)

    assert not taken.refused
    posts = [mention for mention in taken.mentions if not mention.deleted]
    assert len(posts) == taken.posts
    matched = sum(bool(found) for found in Matcher(WATCHED).match(posts))
    assert matched / len(posts) == pytest.approx(0.1, abs=0.03)
    assert any(mention.content.endswith("Somebody wrote of it at length.") for mention in posts)
    assert not any("…" in mention.content for mention in posts)


def test_each_piece_of_work_says_how_much_it_did():
    made = frames(1_500, WATCHED, wire="v1", matching=0.1, seed=1)

    assert read_and_match(made, Matcher(WATCHED), reading("v1", Inflater())) == 1_500
    assert loaded(made) == 1_500


def test_memory_is_told_where_the_system_tells_it(monkeypatch, tmp_path):
    made = frames(500, WATCHED, wire="v1", matching=0.1, seed=1)
    monkeypatch.setattr("alerts.simulation.benchmark.bluesky._STATM", tmp_path / "none")

    assert memory(made, Matcher(WATCHED), 1_000) == (None, None)


def test_the_section_has_both_wires_a_peer_and_memory():
    found = measure_bluesky(Bench(log=lambda _: None), TINY)

    assert isinstance(found, BlueskyFigures)
    assert [row.what[:7] for row in found.rows] == ["wire v2", "wire v1", "the sam", "wire v1"]
    assert all(row.speed.per_s > 0 for row in found.rows)
    assert len(list(found.shown())) == 2
