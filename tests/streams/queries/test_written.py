"""A query written again asks for the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import QueryError
from streams.queries.query import Node, compile_query
from streams.queries.syntax import read_query
from streams.queries.written import written
from tests.streams.hostile_texts import hostile_texts

WORDS = [
    "northside", '"northside hospital"', "#savenorthside", "@northside", "north*", "pri*e", "organi?ation", "C++",
    "H&M", "O'Neill", "T-Mobile", r"E\*Trade", '"who?"', '"a b"~5', "source:rss", 'url:"news.example/health"', "`",
    "author:(ann OR bob)", r"\AND", "🔥", "東京電力", "100%", "$ACME", r'"5\" screen"', "#café-au-lait", '"#tag two"',
    r"a\ b", "t-mobil?",
]  # fmt: skip
NEAR = [word for word in WORDS[:6] if word[0] not in "#@"]
words = st.sampled_from(WORDS)
near = st.builds(
    lambda a, op, n, b: f"({a} {op}/{n} {b})", st.sampled_from(NEAR), st.sampled_from(["NEAR", "ONEAR"]),
    st.integers(0, 100), st.sampled_from(NEAR),
)  # fmt: skip
queries = st.recursive(
    words | near,
    lambda parts: st.one_of(
        st.lists(parts, min_size=2, max_size=3).map(lambda some: f"({' AND '.join(some)})"),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: f"({' OR '.join(some)})"),
        st.tuples(parts, parts).map(lambda two: f"({two[0]} NOT {two[1]})"),
        parts.map(lambda part: f"(NOT {part})"),
    ),
    max_leaves=8,
)


def same(text: str) -> None:
    try:
        query = compile_query(text)
    except QueryError:
        return
    again = written(read_query(text))
    assert looked_for(compile_query(again).root) == looked_for(query.root), again


def looked_for(node: Node) -> str:
    return re.sub(r" at 0x\w+", "", repr(node))


@given(queries)
def test_a_query_written_again_is_read_as_it_was(text):
    same(text)


@given(hostile_texts)
def test_whatever_can_be_read_can_be_written_again(text):
    same(text)


@given(hostile_texts)
def test_a_phrase_of_any_text_can_be_written_again(text):
    same(f'northside OR "{text}"')


@pytest.mark.parametrize(
    ("query", "again"),
    [
        ('"northside hospital" OR #nhs NOT shop*', '("northside hospital" OR #nhs) AND NOT shop*'),
        ("a NEAR/5 b", "a NEAR/5 b"),
        ("a OR b AND c", "a OR (b AND c)"),
        ("a b NOT (c OR d)", "a AND b AND NOT (c OR d)"),
        ("O'Neill OR T-Mobile", "O'Neill OR T-Mobile"),
    ],
)
def test_it_is_written_as_a_person_would(query, again):
    assert written(read_query(query)) == again
    assert compile_query(again).triggers == compile_query(query).triggers
