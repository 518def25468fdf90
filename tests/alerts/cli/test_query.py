"""``tocsin query``: what a query matches in files, by the command line."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given

from alerts.cli.query_report import Report
from alerts.wording.shown_match import shown_match
from streams.queries.query import compile_query
from tests.patience import PATIENCE_S
from tests.streams.connectors.exports import EXPORTS
from tests.streams.hostile_texts import hostile_texts
from tests.streams.queries.matched import post
from tocsin import main

ROOT = Path(__file__).parents[3]


def line(mention_id: str, content: str, **fields: object) -> str:
    return json.dumps({"id": mention_id, "published": "2024-03-01T12:00:00Z", "content": content, **fields})


POSTS = [
    line("p1", "Northside Hospital shut again", source="twitter", language="en"),
    line("p2", "northside hospitals are full", source="rss"),
    line("p3", "@northsidehospital lied", source="twitter"),
    line("p4", "rain"),
    line("p5", "northside hospital football", source="rss", language="fr"),
]


@pytest.fixture
def posts(tmp_path: Path) -> str:
    (tmp_path / "posts.jsonl").write_text("\n".join(POSTS) + "\n")
    return str(tmp_path / "posts.jsonl")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        main(["query", *arguments])
    assert left.value.code == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as left:
        main(["query", *arguments])
    assert left.value.code == 1
    return capsys.readouterr().err


def test_it_says_how_many_match_by_which_term_and_what_is_nearly_missed(capsys, posts):
    said = told(capsys, '"northside hospital" NOT football', posts)

    assert 'finds: "northside hospital"; and not "football"' in said
    assert "1 of 5 mentions match (20.0%)" in said
    assert "[[Northside Hospital]] shut again" in said
    assert '1 more if it did not forbid "football"' in said
    assert '1 more if "northside hospitals" were enough, another form of "northside hospital"' in said
    assert '1 more if @northsidehospital were enough, which holds "northside hospital"' in said


def test_json_holds_all_of_it_and_nothing_else(capsys, posts):
    told_ = json.loads(told(capsys, '"northside hospital"', posts, "--json"))

    assert (told_["mentions"], told_["matched"]) == (5, 2)
    assert told_["by_source"] == {"twitter": 1, "rss": 1}
    assert told_["by_language"] == {"en": 1, "fr": 1}
    assert told_["by_day"] == {"2024-03-01": 2}
    assert told_["terms"] == [{"term": '"northside hospital"', "mentions": 2, "alone": 2}]
    assert {match["id"] for match in told_["sample"]} == {"p1", "p5"}
    [first, *_] = told_["sample"]
    begin, end = first["marked"][0]
    assert first["text"][begin:end].casefold() == "northside hospital"
    assert {miss["query"] for miss in told_["near_misses"]["changes"]} == {
        '"northside hospital" OR @northsidehospital',
        '"northside hospital" OR "northside hospitals"',
    }


def test_without_a_file_it_says_how_the_query_is_understood(capsys):
    said = told(capsys, "northside NOT northside")

    assert said.splitlines()[0] == 'finds: "northside"; and not "northside"'
    assert "note: it can match nothing" in said


def test_a_brands_query_is_tried_with_its_languages(capsys, posts, tmp_path):
    brand = {"id": "acme", "name": "Acme", "query": '"northside hospital"', "languages": ["en"]}
    (tmp_path / "tocsin.yml").write_text(yaml.safe_dump({"brands": [brand]}))

    told_ = json.loads(told(capsys, posts, "--brand", "acme", "--config", str(tmp_path / "tocsin.yml"), "--json"))

    assert told_["matched"] == 1
    [languages] = [miss for miss in told_["near_misses"]["changes"] if miss["kind"] == "languages"]
    assert (languages["mentions"], languages["examples"][0]["id"]) == (1, "p5")


def test_several_files_count_a_repeat_once_and_what_was_taken_down_never(capsys, posts, tmp_path):
    more = [POSTS[0], line("p5", "", deleted=True), line("p9", "northside hospital"), "{broken"]
    (tmp_path / "more.jsonl").write_text("\n".join(more) + "\n")

    told_ = json.loads(told(capsys, '"northside hospital"', posts, str(tmp_path / "more.jsonl"), "--json"))

    assert (told_["mentions"], told_["matched"]) == (5, 2)
    assert (told_["repeats"], told_["taken_down"], told_["refused"]) == (1, 1, 1)
    assert "football" not in json.dumps(told_)


def test_of_a_long_query_it_is_said_that_not_every_change_was_tried(capsys, posts):
    forbidden = " OR ".join(f"w{at}" for at in range(450))

    assert "only the first 400 changes of it were tried" in told(capsys, f"northside NOT ({forbidden})", posts)
    assert "were tried" not in told(capsys, "northside NOT football", posts)


def test_standard_input_is_read():
    done = subprocess.run(
        [sys.executable, "-m", "tocsin", "query", "northside", "-", "--json"],
        input="\n".join(POSTS).encode(), cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["matched"] == 3


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_exports_of_suites_are_read(capsys, tmp_path, export):
    (tmp_path / export.name).write_bytes(export.data)

    told_ = json.loads(told(capsys, "northside", str(tmp_path / export.name), "--time-zone", "UTC", "--json"))

    assert told_["matched"] > 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "no query is given"),
        (["a OR"], "it ends where a word should follow"),
        (["NOT a"], "would match mentions that hold none of its words"),
        (["northside", "nowhere.jsonl"], "nowhere.jsonl"),
        (["northside", "posts.pdf"], "no connector reads this"),
        (["--brand", "acme", "--config", "nowhere.yml"], "nowhere.yml"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_one_line(capsys, arguments, why):
    assert why in refused(capsys, *arguments)


def test_a_file_in_the_place_of_the_query_is_told(capsys, posts):
    assert "write the query before it" in refused(capsys, posts)


@pytest.mark.parametrize("query", ["東京電力 OR " * 300 + "東京", "north\x00side", "a" * 300])
def test_a_query_that_could_be_no_files_name_is_a_query(capsys, query):
    assert told(capsys, query).startswith("finds: ")


def test_what_strangers_wrote_cannot_reach_the_terminal(capsys, tmp_path):
    hostile = "northside \x1b[31m\x1b]0;owned\x07 \u202egnp.exe [bold]x[/bold] \r http://a@evil.example/"
    fields = {"source": "s\x1b[2J", "author": {"id": "a", "name": "A\x1b[1m"}, "language": "en"}
    (tmp_path / "posts.jsonl").write_text(line("p\x1b[1", hostile, **fields) + "\n")

    said = told(capsys, "northside", str(tmp_path / "posts.jsonl"))
    told_ = told(capsys, "northside", str(tmp_path / "posts.jsonl"), "--json")

    for text in (said, told_, str(json.loads(told_))):
        assert not any(sign in text for sign in "\x1b\x07\r\u202e")
        assert "a@evil" not in text
    assert "[bold]x[/bold]" in said


MEANT = [line(f"m{at}", f"northside hospital ward {at}", author={"id": "a\tb"}) for at in range(30)]
NOT_MEANT = [line(f"x{at}", f"northside hospital football cup {at}") for at in range(10)]


@pytest.fixture
def many(tmp_path: Path) -> str:
    (tmp_path / "many.jsonl").write_text("\n".join(MEANT + NOT_MEANT) + "\n")
    return str(tmp_path / "many.jsonl")


def test_answers_of_a_file_give_the_precision_and_the_words_that_mend_it(capsys, many, tmp_path):
    answers = [f"m{at}\ty" for at in range(15)] + [f"x{at}\tN" for at in range(5)] + ["gone\tyes", ""]
    (tmp_path / "answers.tsv").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(answers).encode())
    arguments = ('"northside hospital"', many, "--answers", str(tmp_path / "answers.tsv"))

    found = json.loads(told(capsys, *arguments, "--json"))["precision"]
    said = told(capsys, *arguments)

    assert (found["yes"], found["no"], found["share"], found["interval"]) == (15, 5, 0.75, [0.5313, 0.8881])
    assert found["unknown"] == 1
    [word] = found["words"]
    assert (word["no"], word["yes"], word["matches"]) == (5, 0, 10)
    assert word["query"].startswith('"northside hospital" AND NOT ')
    assert "15 of 20 answers are yes: 75.0%; 95 times in 100 between 53.1% and 88.8%" in said
    assert "it would lose 5 of 5 no and 0 of 15 yes, 10 matches in all" in said


def test_what_was_meant_and_is_not_matched_is_told(capsys, many, tmp_path):
    (tmp_path / "answers.tsv").write_text("m1\ty\nm2\ty\nx1\tn\n")

    said = told(capsys, "football", many, "--answers", str(tmp_path / "answers.tsv"))

    assert "of 2 answered mentions that it does not match, 2 are meant" in said


@pytest.mark.parametrize("text", ["m1 y", "m1\tmaybe", "y"])
def test_a_line_that_is_no_answer_is_refused_with_its_place(capsys, many, tmp_path, text):
    (tmp_path / "answers.tsv").write_text(f"m0\ty\n{text}\n")
    assert "answers.tsv:2: no answer" in refused(capsys, "football", many, "--answers", str(tmp_path / "answers.tsv"))


class Typing(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_what_is_not_answered_yet_and_each_answer_is_kept(capsys, many, tmp_path, monkeypatch):
    file = tmp_path / "answers.tsv"
    arguments = ('"northside hospital"', many, "--judge", "--answers", str(file))

    monkeypatch.setattr("sys.stdin", Typing("y\nwhat?\nn\ns\nq\n"))
    said = told(capsys, *arguments)
    first = file.read_text().splitlines()
    monkeypatch.setattr("sys.stdin", Typing("y\n" * 50))
    told(capsys, *arguments)
    second = file.read_text().splitlines()

    assert "1 of 20: is it meant?" in said
    assert [answer.partition("\t")[2] for answer in first] == ["y", "n"]
    assert len(second) == 20
    assert len({answer.partition("\t")[0] for answer in second}) == 20


def test_json_of_a_judgement_holds_nothing_else_on_stdout(capsys, many, monkeypatch):
    monkeypatch.setattr("sys.stdin", Typing("y\n" * 20))
    assert json.loads(told(capsys, '"northside hospital"', many, "--judge", "--json"))["precision"]["yes"] == 20


def test_without_a_terminal_nobody_is_asked(capsys, many, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert "--answers FILE" in refused(capsys, "northside", many, "--judge")


def test_judging_needs_a_file(capsys, tmp_path):
    assert "name a file of mentions" in refused(capsys, "northside", "--answers", str(tmp_path / "a.tsv"))


def test_a_suites_query_is_translated_and_tried(capsys, posts):
    arguments = ("--from", "brandwatch", '("northside hospital" NOT <<< the club >>>\n football)')

    alone = told(capsys, *arguments)
    told_ = json.loads(told(capsys, *arguments, posts, "--json"))

    assert alone.splitlines() == [
        'query: "northside hospital" AND NOT football',
        'finds: "northside hospital"; and not "football"',
    ]
    assert (told_["query"], told_["matched"]) == ('"northside hospital" AND NOT football', 1)
    assert told_["translation"] == {"from": "brandwatch", "left_out": [], "notes": []}


def test_what_has_no_equal_is_named_with_its_place_and_nothing_is_translated(capsys):
    said = refused(capsys, "--from", "brandwatch", "northside AND\n  title:hospital AND\n  NOT site:shop.example")

    assert "line 2, column 3: title: looks at one part of a text" in said
    assert "line 3, column 7: site: is the host of the address there" in said
    assert "it would be:\n  northside AND hospital" in said


def test_leniently_what_can_only_widen_is_left_out_and_said(capsys):
    said = told(capsys, "--from", "brandwatch", "northside AND NOT site:shop.example", "--lenient")

    assert said.splitlines()[0] == "query: northside"
    assert said.splitlines()[1].startswith("left out: line 1, column 19: site: is the host")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--from", "brandwach", "a"], "did you mean brandwatch?"),
        (["--from", "brandwatch", "country:gbr", "--lenient"], "nothing usable is left"),
        (["--from", "brandwatch", "a b"], "line 1, column 3: two words side by side"),
    ],
)
def test_what_cannot_be_translated_is_refused(capsys, arguments, why):
    assert why in refused(capsys, *arguments)


@pytest.mark.parametrize("arguments", [["--brand", "a", "--from", "meltwater"], ["a", "--lenient"]])
def test_options_of_translation_that_make_no_sense_are_wrong_usage(arguments):
    with pytest.raises(SystemExit) as left:
        main(["query", *arguments])
    assert left.value.code == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_what_matched_in_colour(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()

    Report(out).match(shown_match(post("at Northside"), [compile_query("northside").root]))

    assert "\x1b[" in out.getvalue()
    assert "[[" not in out.getvalue()


@given(hostile_texts)
def test_marks_lie_in_what_is_shown_however_it_was_cut(text):
    match = shown_match(post(f"{text} northside {text}" * 9), [compile_query("northside").root], limit=80)

    assert all(0 <= begin < end <= len(match.text) for begin, end in match.marked)
    for begin, end in match.marked:
        assert match.text[begin:end].strip()
