"""``tocsin score``: a number for each line."""

import io

import pytest
from typer.testing import CliRunner

from detectors.errors import DetectorsError
from detectors.negativity.model import load_scorer
from detectors.negativity.score_lines import score_lines
from tocsin import app


def written(lines: list[str], language: str = "en", **options: bool) -> list[str]:
    out = io.StringIO()
    score_lines([f"{line}\n".encode() for line in lines], out, load_scorer(), language, **options)
    return out.getvalue().splitlines()


def test_every_line_is_english_where_nothing_else_is_said():
    assert [float(line) > 0.5 for line in written(["terrible, I hate it", "", "lovely, thank you"])] == [
        True,
        False,
        False,
    ]


def test_lines_are_of_the_language_that_is_given():
    scores = written(["quelle honte, service nul, très déçu", "merci beaucoup, bravo", "lovely"], "fr")

    assert float(scores[0]) > 0.25 > float(scores[1])
    assert scores[2] != "nan"


def test_a_line_of_which_a_word_list_knows_no_word_has_no_number():
    assert written(["slechte service", "zyntrofex"], "nl")[1] == "nan"


def test_lines_are_told_apart_and_their_language_is_named_where_none_is_given():
    lines = [
        "this is terrible and I hate it",
        "das ist ja wirklich nicht gut",
        "to nie jest dobre, bardzo źle",
        "ok ok",
    ]

    rows = [line.split("\t") for line in written(lines, "auto")]

    assert [language for _, language in rows][:3] == ["en", "de", "pl"]
    assert [score == "nan" for score, _ in rows][:3] == [False, False, True]


def test_what_made_a_score_is_told_in_each_language():
    for language, line in (("en", "terrible"), ("de", "schrecklich"), ("auto", "this is a terrible disgrace")):
        assert "terrible" in written([line], language, explain=True)[0] or "schrecklich" in line


def test_the_words_of_a_face_in_a_language_without_a_model_are_told():
    assert "😡" in written(["😡 to nie jest 😡😡 dobre 😡 bardzo źle 😡😡😡😡"], "auto", explain=True)[0]


@pytest.mark.parametrize("language", ["nonsense", ""])
def test_what_names_no_language_is_refused(language):
    result = CliRunner().invoke(app, ["score", "--language", language], input="a\n")

    assert isinstance(result.exception, DetectorsError)
    assert "names no language" in str(result.exception)


def test_a_language_that_is_not_scored_is_refused_and_those_that_are_are_named():
    result = CliRunner().invoke(app, ["score", "--language", "Polish"], input="a\n")

    assert "'pl' is not scored" in str(result.exception)


def test_harm_stands_beside_the_tone_where_it_is_asked_for():
    row, foreign = written(["police raid Acme", "das ist ja wirklich nicht gut"], "auto", harm=True)

    assert float(row.split("\t")[2]) > 0.5 > float(row.split("\t")[0])
    assert foreign.split("\t")[2] == "nan"
