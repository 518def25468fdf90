"""What a query nearly misses, by the one change that would bring it in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import QueryError
from streams.queries.query import compile_query
from tests.streams.queries.matched import matches, post
from tests.streams.queries.test_written import queries
from tests.streams.queries.trial.tried import near_misses, posts


@pytest.mark.parametrize(
    ("query", "text", "kind", "changed"),
    [
        ("northside AND ward", "northside shut", "without", "northside"),
        ("northside NOT football", "northside football", "not", "northside"),
        ("northside NOT (football OR cup)", "northside cup", "not", "northside AND NOT football"),
        ("northside NEAR/2 fire", "northside a b c fire", "distance", "northside NEAR/5 fire"),
        ("northside ONEAR/2 fire", "fire in northside", "order", "northside NEAR/2 fire"),
        ('"northside hospital"', "northside new hospital", "phrase",
         '"northside hospital" OR "northside hospital"~3'),
        ('"northside hospital"~1', "northside a b hospital", "phrase", '"northside hospital"~3'),
        ("hospital", "hospitals", "spelling", "hospital OR hospitals"),
        ("hospital", "hosptial", "spelling", "hospital OR hosptial"),
        ('"northside hospital"', "northside hospitals", "spelling", '"northside hospital" OR "northside hospitals"'),
        ('"northside hospital"', "@northsidehospital lied", "inside", '"northside hospital" OR @northsidehospital'),
        ("northside", "#savenorthside", "inside", "northside OR #savenorthside"),
        ("northside", "northsidecare", "inside", "northside OR northsidecare"),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_found_and_said_as_a_query(query, text, kind, changed):
    misses = near_misses(query, posts(text))

    assert (kind, changed, 1) in [(miss.change.kind, miss.change.query, miss.mentions) for miss in misses]
    assert matches(changed, post(text))


def test_another_source_is_named():
    [miss] = near_misses("northside AND source:twitter", posts("northside", source="x"))[1:]
    assert (miss.change.kind, miss.change.query) == ("field", 'northside AND (source:twitter OR source:"x")')


def test_a_word_that_is_close_but_does_not_bring_the_rest_is_no_near_miss():
    assert not [miss for miss in near_misses("hospital AND northside", posts("hospitals")) if miss.mentions]


def test_what_would_match_everything_is_not_proposed():
    assert near_misses("northside", posts("rain", "sun")) == []


def test_copies_of_one_text_are_counted_each_and_shown_once():
    [miss] = near_misses("northside NOT cup", posts(*["northside cup"] * 5))
    assert (miss.mentions, len(miss.examples)) == (5, 1)


HELD = [
    "northside",
    "hospital",
    "hospitals",
    "a",
    "b",
    "fire",
    "priize",
    "#savenorthside",
    "@northside",
    "🔥",
    "C++",
    "who",
]
TEXTS = st.lists(st.sampled_from(HELD), max_size=8).map(" ".join)


@given(queries, st.lists(TEXTS, max_size=5))
def test_a_near_miss_is_matched_by_the_changed_query_and_not_by_the_query(query, texts):
    try:
        compile_query(query)
    except QueryError:
        return
    mentions = posts(*texts)
    for miss in near_misses(query, mentions):
        brought = [
            mention for mention in mentions if matches(miss.change.query, mention) and not matches(query, mention)
        ]
        assert miss.mentions == len(brought)


@given(queries, TEXTS)
def test_a_changed_query_still_matches_what_the_query_matched(query, text):
    try:
        compile_query(query)
    except QueryError:
        return
    if matches(query, post(text)):
        assert all(matches(miss.change.query, post(text)) for miss in near_misses(query, posts("hospitals fire")))
