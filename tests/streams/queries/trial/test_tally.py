"""What a query matches, and by which of its terms."""

from hypothesis import given

from streams.errors import QueryError
from streams.queries.query import compile_query
from streams.queries.syntax import read_query
from streams.queries.trial.tally import Tally
from streams.queries.trial.tree import CompiledTree
from tests.streams.queries.matched import matches, post
from tests.streams.queries.test_written import queries
from tests.streams.queries.trial.test_near_misses import TEXTS
from tests.streams.queries.trial.tried import posts


def tallied(query: str, mentions, **options) -> Tally:
    tally = Tally(query, **options)
    for place, mention in enumerate(mentions):
        tally.take(place, mention)
    return tally


def test_each_term_is_told_with_what_it_brings_and_what_it_brings_alone():
    tally = tallied(
        "northside OR #nhs OR nobody NOT cup", posts("northside", "#nhs northside", "#nhs cup", "northside")
    )

    assert tally.matched == 3
    assert dict(tally.by_term) == {"northside": 3, "#nhs": 1, "nobody": 0}
    assert dict(tally.alone) == {"northside": 2}


def test_a_part_that_must_be_there_brings_every_match_alone():
    tally = tallied("northside AND (ward OR bed)", posts("northside ward bed", "northside bed", "northside"))

    assert dict(tally.by_term) == {"northside": 2, "bed": 2, "ward": 1}
    assert dict(tally.alone) == {"northside": 2, "bed": 1}


def test_matches_are_counted_by_language_source_and_day():
    mentions = [*posts("northside", "northside", language="en", source="rss"), *posts("northside", source="x")]
    tally = tallied("northside", mentions)

    assert dict(tally.by_language) == {"en": 2, "": 1}
    assert dict(tally.by_source) == {"rss": 2, "x": 1}
    assert dict(tally.by_day) == {"2011-07-12": 3}


def test_a_brands_languages_are_kept_to():
    mentions = [*posts("northside", language="fr"), *posts("northside", language="en-GB"), *posts("northside")]
    assert tallied("northside", mentions, languages=["en"]).matched == 2


def test_a_term_of_few_matches_is_shown_beside_one_of_many():
    mentions = posts(*(f"northside {at}" for at in range(50)), "#nhs at last")
    tally = tallied("northside OR #nhs", mentions)

    assert 50 in tally.shown(4)


def test_the_same_matches_are_shown_in_whatever_order_the_mentions_come():
    mentions = posts(*(f"northside {at}" for at in range(30)))
    shown = {mentions[place].id for place in tallied("northside", mentions).shown(5)}

    backwards = mentions[::-1]
    assert {backwards[place].id for place in tallied("northside", backwards).shown(5)} == shown


@given(queries, TEXTS)
def test_the_terms_apart_say_what_the_matcher_says(query, text):
    try:
        compile_query(query)
    except QueryError:
        return
    assert CompiledTree(read_query(query)).found(post(text))[1] == matches(query, post(text))
