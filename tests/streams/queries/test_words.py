"""What ``check`` says of a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import QueryError
from streams.queries.words import described, warnings
from tests.streams.hostile_texts import hostile_texts
from tests.streams.story import unhurried


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("northside", '"northside"'),
        ("a b", 'both "a" and "b"'),
        ("a OR b c", 'both (either "a" or "b") and "c"'),
        ("a OR b AND c", 'either "a" or (both "b" and "c")'),
        ("a OR b NOT c", '(either "a" or "b"); and not "c"'),
        ("a NOT (b OR c)", '"a"; and not (either "b" or "c")'),
        ("a NEAR/5 b", '("a" near "b", at most 5 words between, either way round)'),
        ("a ONEAR/0 b", '("a" near "b", nothing between, in this order)'),
        ('"a b"~3', 'the words of "a b" moved by at most 3'),
        ("shop*", 'any word that begins with "shop"'),
        ("pri*e", '"pri*e" (* any letters, ? one)'),
        ("#save", "the tag #save"),
        ("@nhs", "the name @nhs"),
        ("🔥", "the emoji 🔥"),
        ("C++", '"C++" with its signs'),
        ("Yahoo!", '"yahoo" (! is not looked at)'),
        ("T-Mobile", '"t mobile" (- is not looked at)'),
        ("McDonald's", '"McDonald\'s" (also mcdonalds)'),
        ("Müller", '"Müller" (also mueller)'),
        ("source:rss a", 'both source rss and "a"'),
    ],
)
def test_a_query_is_said_in_words(query, said):
    assert described(query) == said


@pytest.mark.parametrize(
    "query",
    [
        "acme NOT acme",
        '"northside hospital" NOT northside',
        "acme NOT (shop OR acme)",
        "#acme NOT #acme",
        "source:rss source:bluesky acme",
        "language:fr acme",
        "(acme OR acmes) NOT (acme OR acmes)",
    ],
)
def test_what_can_match_nothing_is_said(query):
    assert any("can match nothing" in warning for warning in warnings(query, ("en",)))


@pytest.mark.parametrize(
    "query",
    ["the", "northside OR the", "für OR acme", "a", "s*", "northside OR n*", "source:rss", "😂", "(the OR a) now"],
)
def test_what_matches_very_much_is_said(query):
    assert any("it matches" in warning for warning in warnings(query))


@pytest.mark.parametrize(
    "query",
    [
        '"northside hospital" OR northsidenhs OR #savenorthside NOT "northside shopping"',
        "the northside",
        "source:rss northside",
        "language:en northside",
        "northside NOT hospital",
        "northside NOT (hospital shop)",
        "northside 😂",
        "华为",
        "スターバックス",
    ],
)
def test_of_an_ordinary_query_nothing_is_said(query):
    assert warnings(query, ("en", "de")) == []


def test_a_branch_that_can_match_nothing_is_named():
    assert warnings('("northside hospital" OR acme) NOT northside') == [
        "northside hospital can never be what it finds, for the NOT northside forbids it"
    ]


def test_a_short_name_in_katakana_comes_with_a_word_on_compounds():
    assert "ソニー*" in warnings("ソニー")[0]


pieces = st.sampled_from(
    ["a", "b", "acme", '"', "“", "(", ")", "AND", "OR", "NOT", "-", "–", "*", "?", "~2", "NEAR/2", "#", "@", ":",
     "source:", "C++", "🔥", "\\", "'", "!", "+", "&", "&amp;", "東京", "삼성", "الشركة", "בזק", "Müller", ",", " "]
)  # fmt: skip
queries = st.one_of(
    hostile_texts,
    st.lists(pieces, max_size=12).map(" ".join),
    st.lists(pieces, max_size=12).map("".join),
)


@given(queries)
@unhurried
def test_any_query_is_either_refused_or_said_in_words(query):
    try:
        said = described(query)
    except QueryError:
        return
    assert said
    warnings(query, ("en",))
