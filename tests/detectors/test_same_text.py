"""Which texts are one."""

import pytest

from detectors.same_text import KEY_CHARS, text_key

SAID = "Northside closed the ward and told nobody, what a disgrace"


@pytest.mark.parametrize(
    "passed_on",
    [
        SAID.upper(),
        f"  {SAID}  ",
        f"RT @ann: {SAID}",
        f"rt @bob@example.org: RT @ann {SAID}",
        f"MT @ann: {SAID}",
        f"{SAID} https://t.example/1",
        f"https://t.example/2 {SAID}",
        f"@minister @paper {SAID}!!",
        f"{SAID}. “Quite.”"[: len(SAID)],
        "Northside closed the ward, and told nobody: what a disgrace",
        "\uff2e\uff4f\uff52\uff54\uff48\uff53\uff49\uff44\uff45" + SAID.removeprefix("Northside"),
    ],
)
def test_a_text_that_is_passed_on_stays_the_same_text(passed_on):
    assert text_key(passed_on) == text_key(SAID)


def test_a_copy_that_is_cut_or_continued_behind_its_beginning_is_the_same_text():
    whole = f"{SAID} and who will answer for all those who waited there for hours in the cold, nobody"

    assert text_key(f"RT @a_long_name: {whole}"[:120] + "…") == text_key(whole) == text_key(f"{whole} (she is right)")
    assert len(text_key(whole)) == KEY_CHARS


@pytest.mark.parametrize("other", ["Northside opened the ward and told nobody, what a disgrace", "RT", ""])
def test_another_text_is_another(other):
    assert text_key(other) != text_key(SAID)


@pytest.mark.parametrize(
    "short", ["not again", "RT @ann: Northside, not again", "@ann @bob https://t.example", "", "北区又"]
)
def test_what_many_say_by_themselves_is_no_copy(short):
    assert not text_key(short)


def test_words_of_scripts_without_spaces_are_counted_by_their_letters():
    assert text_key("北区医院关闭了病房") == text_key("RT @ann: 北区医院关闭了病房 https://t.example/1") != ""
