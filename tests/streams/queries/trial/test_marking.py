"""Where the words of a query stand in a text."""

import pytest
from hypothesis import given

from streams.queries.query import compile_query
from streams.queries.trial.marking import spans
from tests.streams.hostile_texts import hostile_texts
from tests.streams.queries.matched import matches, post


def marked(query: str, text: str) -> list[str]:
    return [text[begin:end] for begin, end in spans(text, [compile_query(query).root])]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("northside", "At Northside, again. NORTHSIDE!", ["Northside", "NORTHSIDE"]),
        ('"northside hospital"', "northside-hospital, Northside new hospital", ["northside-hospital"]),
        ("#nhs", "save our #NHS", ["#NHS"]),
        ("cafe", "the Café shut", ["Café"]),
        ("McDonalds", "at McDonald's", ["McDonald's"]),
        ("東京電力", "福島の東京電力が謝罪", ["東京電力"]),
        ("C++", "I like C++ a lot", ["C++"]),
        ("bank NEAR/3 robbed", "the bank was robbed, a bank", ["bank", "robbed", "bank"]),
        ("shop*", "shopping at shops", ["shopping", "shops"]),
        ("northside AND source:rss", "northside rss", ["northside"]),
    ],
)
def test_the_words_that_matched_are_marked_and_no_more(query, text, found):
    assert marked(query, text) == found


@given(hostile_texts)
def test_marks_rise_and_lie_in_the_text_whatever_it_is(text):
    found = spans(text, [compile_query("northside OR @other OR 北 OR 🔥").root])
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= begin < end <= len(text) for begin, end in found)


@given(hostile_texts)
def test_what_is_marked_would_be_found_by_itself(text):
    for part in marked("northside OR @other", text):
        assert matches("northside OR @other", post(part))
