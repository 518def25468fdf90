"""Whatever a source calls a language, it is one tag."""

import langcodes
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from language_data.population_data import LANGUAGE_SPEAKING_POPULATION

from detectors.language_tag import canonical_tag, likely_tag, name_in_english
from tests.streams.story import unhurried

SPOKEN = sorted(
    tag
    for tag, people in LANGUAGE_SPEAKING_POPULATION.items()
    if "-" not in tag and len(tag) == 2 and people >= 100_000
)
LOCALES = sorted(tag for tag in LANGUAGE_SPEAKING_POPULATION if tag[2:3] == "-" and len(tag) == 5)
languages = st.sampled_from(SPOKEN)
locales = st.sampled_from(LOCALES)


@given(languages)
@unhurried
def test_the_codes_and_names_of_a_language_are_one_tag(tag):
    language = langcodes.get(tag)
    calls = {tag, language.to_alpha3(), language.to_alpha3(variant="B"), language.display_name()}

    assert {canonical_tag(called) for called in calls} == {canonical_tag(tag)}
    assert canonical_tag(language.autonym()) in {canonical_tag(tag), ""}


@given(locales, st.sampled_from([str.upper, str.lower, str.title, lambda tag: tag.replace("-", "_")]))
@unhurried
def test_case_and_the_joint_of_a_locale_do_not_matter(tag, write):
    assert canonical_tag(write(tag)) == canonical_tag(f"{tag.replace('-', '_')}.UTF-8") == canonical_tag(tag)


@given(locales)
@unhurried
def test_a_locale_s_name_is_its_tag(tag):
    assert canonical_tag(name_in_english(canonical_tag(tag))).partition("-")[0] == canonical_tag(tag).partition("-")[0]


@given(st.text() | st.from_regex(r"[a-zA-Z]{1,8}([-_ ,;(][a-zA-Z0-9]{1,8}){0,4}", fullmatch=True))
@example("\x00\x80")
@unhurried
def test_any_text_is_a_tag_that_stays_as_it_is_or_none(text):
    tag = canonical_tag(text)

    assert canonical_tag(tag) == tag


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("English", "en"), ("en_US", "en-US"), ("eng", "en"), ("English (US)", "en-US"), ("Français (France)", "fr-FR"),
        ("Portuguese (Brazil)", "pt-BR"), ("Chinese (Simplified)", "zh-Hans"), ("zh-CN, zh", "zh-CN"), ("['en']", "en"),
        ("en-US,en;q=0.9", "en-US"), ("EN - English", "en"), ("iw", "he"), ("in", "id"), ("tl", "fil"), ("cmn", "zh"),
        ("nob", "no"), ("Dutch; Flemish", "nl"), ("en-nowhere9!", "en"),
    ],
)  # fmt: skip
def test_what_sources_write_is_read(stated, tag):
    assert canonical_tag(stated) == tag


@pytest.mark.parametrize(
    "stated",
    ["", " ", "und", "zxx", "mul", "null", "None", "nan", "N/A", "unknown", "other", "n.a.", "-", "x-foo", "qht", "12",
     "what people say", "x" * 500],
)  # fmt: skip
def test_what_names_no_language_is_no_tag(stated):
    assert canonical_tag(stated) == ""


@pytest.mark.parametrize(
    ("wrong", "tag"), [("jp", "ja"), ("cn", "zh"), ("dk", "da"), ("Englsh", "en"), ("deutch", "de")]
)
def test_what_is_nearly_a_language_is_suggested(wrong, tag):
    assert (canonical_tag(wrong), likely_tag(wrong)) == ("", tag)


@pytest.mark.parametrize("wrong", ["", "xx", "klingonese", "what people say"])
def test_nothing_is_suggested_where_nothing_is_near(wrong):
    assert likely_tag(wrong) == ""
