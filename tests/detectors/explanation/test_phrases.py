"""Cutting posts into comparable terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.explanation.phrases import LONGEST_PHRASE, STOP_WORDS, own_words, terms_of
from detectors.post import Post
from detectors.same_text import fold_text


def phrases(content: str, *own: str) -> set[str]:
    return set(terms_of(Post(id="1", published=0.0, content=content), frozenset(own)).phrases)


def test_a_phrase_does_not_cross_a_clause():
    assert "crash delays" not in phrases("after the crash, delays everywhere")


def test_a_phrase_neither_begins_nor_ends_with_a_stop_word_but_may_hold_one():
    found = phrases("the price of parking is")

    assert "price of parking" in found
    assert not any(phrase.split()[0] in STOP_WORDS or phrase.split()[-1] in STOP_WORDS for phrase in found)


def test_the_brands_own_words_are_no_edge_of_a_phrase():
    assert phrases("northside parking northside", "northside") == {"parking"}


def test_curly_and_straight_apostrophes_make_the_same_phrase():
    assert phrases("the driver’s fault") == phrases("the driver's fault")


def test_an_accented_and_a_cyrillic_text_have_phrases():
    assert "чёрный день" in phrases("Чёрный день!")
    assert "séjour" in phrases("Séjour")


def test_a_hashtag_is_read_from_the_text_and_from_the_tags_alike():
    terms = terms_of(Post(id="1", published=0.0, content="#SaveNorthside now", tags=("Strike", "savenorthside")))

    assert terms.hashtags == {"savenorthside", "strike"}


@pytest.mark.parametrize(
    ("content", "links"),
    [
        ("see https://www.bbc.co.uk/news/1?utm=2#top.", {"bbc.co.uk", "bbc.co.uk/news/1"}),
        ("see www.example.org", {"example.org"}),
        ("see https:// and http://localhost", set()),
    ],
)
def test_a_link_is_its_site_and_its_page_without_the_query_string(content, links):
    assert terms_of(Post(id="1", published=0.0, content=content)).links == links


def test_copies_with_other_links_names_and_case_fold_to_one_text():
    assert fold_text("Shame on them! https://a.org/1 @ann") == fold_text("SHAME on them https://b.org/2 @bob")


def test_the_operators_and_fields_of_a_query_are_no_words_of_the_brand():
    assert own_words('"film rental" AND NOT lang source:rss') == {"film", "rental", "lang"}


@given(st.text(max_size=300))
def test_any_text_gives_bounded_terms(content):
    terms = terms_of(Post(id="1", published=0.0, content=content))

    assert all(phrase and len(phrase.split(" ")) <= LONGEST_PHRASE for phrase in terms.phrases)
    assert "" not in terms.hashtags
