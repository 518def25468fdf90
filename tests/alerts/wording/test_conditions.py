"""Why a bin rang or did not, in words: each condition alone, and the real rule's readings."""

import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from alerts.backtest.explained import print_bin
from alerts.wording.conditions import fired, harm_reported, is_explained, read_conditions, why
from detectors.not_heard import NotHeard
from detectors.observation import Observation
from streams.brand import Brand
from streams.wire.observation_row import ObservationRow, row_of
from tests.alerts.backtest.revolt import NOON, row
from tests.detectors.brand_life import BrandLife
from tests.streams.story import unhurried

FLOOR = 8


def explained(told: ObservationRow) -> tuple[dict[str, bool | None], dict[str, str], str]:
    """Return by condition whether it was met and what is said, and the sentence."""
    conditions = read_conditions(told, floor=FLOOR)
    return {c.name: c.met for c in conditions}, {c.name: c.text for c in conditions}, why(told, conditions)


def test_a_crisis_meets_every_condition_and_says_so():
    met, said, sentence = explained(row())

    assert set(met.values()) == {True}
    assert sentence.startswith("It rang as a crisis: every condition was met")
    assert said["score"] == "15.0 nats; the threshold of the false-page budget is 9"
    assert said["floor"].startswith("42 negative authors in excess")


def test_harm_that_rang_is_said_to_be_harm():
    _, said, sentence = explained(row(driver="harm"))

    assert sentence.startswith("It rang as a crisis, of harm that was reported or asked for: every condition was met")
    assert said["floor"].startswith("42 harmful authors in excess")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        (
            {"harm_score": 4.2, "harm_threshold": 13.0, "harmful_authors": 1, "harm_missing": ("floor",)},
            "1 author reports harm, or asks for it, where 0 were expected; 4.2 nats, threshold 13; missing: floor",
        ),
        (
            {"harm_score": 15.0, "harm_threshold": 9.0, "harmful_authors": 9},
            (
                "9 authors report harm, or ask for it, where 0 were expected; "
                "15.0 nats, threshold 9; every condition is met"
            ),
        ),
    ],
)
def test_how_far_harm_was_from_ringing_is_told_where_anybody_reported_any(fields, said):
    assert harm_reported(row(**fields)) == said


@pytest.mark.parametrize(
    ("condition", "fields", "said"),
    [
        ("score", {"score": 4.2}, "its score of 4.2 nats is below the threshold of 9"),
        ("volume", {"volume_score": 1.24}, "the volume alone tells 1.2 nats of the 3 that are asked"),
        (
            "volume",
            {"run_seen": 42.0},
            "there were 42 authors where 40 were expected, and less than 15 % more is no news",
        ),
        (
            "negativity",
            {"run_negatives": 8.5},
            "there were 8.5 negative authors where 8 were expected, and less than 15 % more is no news",
        ),
        ("floor", {"run_negatives": 13.0}, "5 negative authors in excess are below the brand's floor (now 8)"),
        (
            "share",
            {"run_negatives": 20.0},
            "24 % of the 50 scored authors in excess were negative, and only more than 40 % are a revolt",
        ),
        ("share", {"run_negatives": 29.0}, "42 % of the 50 scored authors in excess were negative, which is too few"),
        (
            "warm_up",
            {"warming_up": True, "score": 9.0, "threshold": 12.0},
            "its score of 9.0 nats is below their strict threshold of 12",
        ),
        (
            "warm_up",
            {"warming_up": True, "kind": "slow_burn", "run_negatives": 20.0},
            "its talk has not surely turned (22 % negative where 20 % was expected; 20 % more asked), and its volume",
        ),
    ],
)
def test_a_condition_that_alone_is_missing_is_the_whole_reason(condition, fields, said):
    met, _, sentence = explained(row(missing=(condition,), **fields))

    assert [name for name, is_met in met.items() if is_met is False] == [condition]
    assert None not in met.values()
    assert sentence.startswith("It did not ring because ")
    assert said in sentence
    assert "; and " not in sentence


@pytest.mark.parametrize(
    ("began_at", "said"), [(NOON - 540, "excess    for 10 minutes, since 2011-07-12T11:51:00Z"), (None, None)]
)
def test_how_long_the_excess_has_lasted_is_told_where_there_is_one(began_at, said):
    told, out = row(run_began_at=began_at), io.StringIO()

    print_bin(
        Console(file=out, width=120), Brand(id="b", name="B", query="b"), told, read_conditions(told, floor=FLOOR)
    )

    lines = [line.strip() for line in out.getvalue().splitlines() if line.startswith("excess")]
    assert lines == ([said] if said else [])


def test_all_that_was_missing_is_in_the_one_sentence():
    _, _, sentence = explained(row(missing=("score", "floor", "share"), score=2.0, run_negatives=10.0))

    assert sentence == (
        "It did not ring because its score of 2.0 nats is below the threshold of 9; "
        "2 negative authors in excess are below the brand's floor (now 8); "
        "and 4 % of the 50 scored authors in excess were negative, "
        "and only more than 40 % are a revolt rather than praise that few object to."
    )


def test_what_was_not_asked_is_neither_met_nor_missing():
    quiet = row(kind=None, missing=("score",), score=0.0, run_began_at=None, authors=1, run_seen=0.0)

    met, said, sentence = explained(quiet)

    assert met == {
        "score": False, "volume": None, "negativity": None, "floor": None, "share": None, "warm_up": True,
    }  # fmt: skip
    assert said["volume"] == "not asked: nothing spoke for an outbreak"
    assert sentence == "It did not ring because nothing spoke for an outbreak (1 author where 4 were expected)."


def test_a_brand_without_a_baseline_is_said_to_have_none():
    met, _, sentence = explained(row(kind=None, missing=("score", "warm_up"), score=0.0, warming_up=True))

    assert not met["warm_up"]
    assert "without a baseline there is no score" in sentence
    assert "less than twenty minutes have been heard of this brand" in sentence


def test_an_opportunity_is_told_by_its_own_conditions():
    praise = row(kind="opportunity", run_seen=130.0, run_scored=130.0, run_negatives=9.0, volume_score=21.0)

    met, said, sentence = explained(praise)

    assert set(met.values()) == {True}
    assert said["score"] == "the volume alone tells 21.0 nats, above the threshold of good news"
    assert said["volume"] == "130 authors where 40 were expected (3 times as many asked)"
    assert sentence == "It rang as an opportunity, much talk and surely no revolt, which never pages."


def test_a_strict_threshold_is_named_as_that_of_a_young_brand():
    _, said, sentence = explained(row(missing=("score",), warming_up=True, score=5.0))

    assert "strict in a brand's first three weeks" in sentence
    assert "a fifth of its budget where its talk has turned, else a twentieth" in said["warm_up"]


def test_languages_that_are_not_scored_leave_the_share_without_praise():
    _, said, _ = explained(row(run_scored=38.0))

    assert said["share"] == "no more authors than were expected could be scored, so that no praise is among them"


def test_a_row_of_an_earlier_version_is_known_as_one():
    now = msgspec.json.encode(row(kind=None, missing=("score",)))
    fields = msgspec.json.decode(now)
    for later in ("missing", "scored_voices", "volume_score", "negativity_score", "run_began_at", "run_seen"):
        fields.pop(later, None)

    before = msgspec.json.decode(msgspec.json.encode(fields), type=ObservationRow)

    assert is_explained(msgspec.json.decode(now, type=ObservationRow))
    assert not is_explained(before)
    assert not fired(before)


@pytest.fixture(scope="module")
def lives() -> tuple[BrandLife, ...]:
    return (BrandLife(5, 0.2, days=0), BrandLife(5, 0.2, days=3), BrandLife(5, 0.2))


@unhurried
@given(st.integers(0, 2), st.integers(0, 120), st.floats(0, 1), st.floats(0, 1), st.integers(1, 5))
def test_the_words_never_contradict_the_rule(lives, life, authors, scored_part, negative_part, bins):
    brand = lives[life]
    scored = int(authors * scored_part)
    negative = int(scored * negative_part)
    pending = [
        Observation(
            start=brand.now + 60 * i, mentions=authors, negatives=negative, unscored=authors - scored, authors=authors,
            scored_authors=scored, negative_authors=negative,
        )
        for i in range(bins)
    ]  # fmt: skip
    reading = brand.detector.assess(pending)

    told = row_of("northside", pending[-1], reading)
    met, said, sentence = explained(told)

    assert is_explained(told)
    assert {name for name, is_met in met.items() if is_met is False} == set(reading.missing)
    assert sentence.startswith("It rang") == reading.rings
    assert "nan" not in sentence + "".join(said.values())


def test_what_was_heard_of_a_minute_and_what_was_not_is_printed():
    out = io.StringIO()
    gone = NotHeard(source="fediverse", kind="mastodon", since=NOON - 1800, why="silent")
    told = msgspec.structs.replace(row(), not_heard=(gone,), heard=0.4)

    conditions = read_conditions(told, floor=FLOOR)
    print_bin(Console(file=out, width=200), Brand(id="northside", name="Northside", query="x"), told, conditions)

    assert "40 % of what is ordinarily said of it: as much less is expected" in out.getvalue()
    assert "Mastodon (fediverse) has not been heard since " in out.getvalue()


def test_of_a_sample_the_floor_is_told_as_it_is_of_the_sample():
    told = msgspec.structs.replace(row(), missing=("floor",), run_negatives=11.0, heard=0.5, sampled=0.5)

    _, said, _ = explained(told)

    assert said["floor"] == "3 negative authors in excess; the brand's floor, as configured now, is 4"
