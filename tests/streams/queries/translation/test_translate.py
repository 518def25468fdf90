"""A suite's query translated matches what it matched there, or says what it cannot."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.errors import QueryError
from streams.queries.translation.translate import Translation, translate
from tests.streams.hostile_texts import hostile_texts
from tests.streams.queries.matched import matches, post
from tests.streams.queries.translation.suite import (
    UNEQUAL,
    Part,
    Record,
    equal,
    holds,
    leaves_of,
    mention_of,
    queries,
    records,
    unequal,
    written,
)  # fmt: skip

GAPS = [" ", "\n", " <<< and (not) this >>> ", "  \t"]


def translated(query: str, suite: str = "brandwatch") -> Translation | None:
    try:
        return translate(query, suite)
    except QueryError as error:
        if "would match mentions that hold none of its words" in str(error):
            return None
        raise


@given(queries(equal), st.lists(records, min_size=1, max_size=4), st.sampled_from(GAPS))
def test_what_has_an_equal_matches_the_same(part, some, gap):
    found = translated(written(part, gap))
    if found is None:
        return
    assert found.no_equals == ()
    for record in some:
        assert matches(found.query, mention_of(record)) == holds(part, record), found.query


@settings(max_examples=400)
@given(equal, records)
def test_each_operator_by_itself_matches_the_same(part, record):
    found = translate(written(part), "brandwatch")
    assert matches(found.query, mention_of(record)) == holds(part, record), found.query


@pytest.mark.parametrize("kind", ["near", "in order", "slop"])
def test_distances_are_the_same_to_the_word(kind):
    left, right = Part("words", "apple"), Part("words", "juice pie")
    for number, gap in itertools.product(range(5), range(7)):
        if kind == "slop":
            part = Part("slop", "apple juice pie", number=number + 1)
        else:
            part = Part("near", parts=(left, right), number=number, in_order=kind == "in order")
        query = translate(written(part), "brandwatch").query
        for first, last in (("apple", "juice pie"), ("juice pie", "apple")):
            text = (*first.split(), *["the"] * gap, *last.split())
            record = Record(title=(), text=text, author="", host="a.example", language="", country="")
            assert matches(query, mention_of(record)) == holds(part, record), (query, text)


@given(queries(equal | unequal), st.lists(records, min_size=1, max_size=4))
def test_what_is_left_out_can_only_widen(part, some):
    found = translated(written(part))
    if found is None or not found.query:
        return
    for record in some:
        if holds(part, record):
            assert matches(found.query, mention_of(record)), found.query


@given(queries(equal | unequal))
def test_everything_without_an_equal_is_named_once(part):
    query = written(part)
    found = translated(query)
    if found is not None:
        named = sorted(one.operator for one in found.no_equals)
        assert named == sorted(UNEQUAL[leaf.kind] for leaf in leaves_of(part) if leaf.kind in UNEQUAL)


@given(queries(equal | unequal), st.sampled_from(GAPS))
def test_what_is_named_stands_at_its_place(part, gap):
    query = written(part, gap)
    found = translated(query)
    for one in found.no_equals if found else ():
        line = query.split("\n")[one.line - 1]
        assert line[one.column - 1 :].startswith(one.operator[0])


@given(hostile_texts, st.sampled_from(["brandwatch", "meltwater", "talkwalker"]))
def test_whatever_is_written_is_translated_or_refused(text, suite):
    try:
        found = translate(text, suite)
    except QueryError:
        return
    assert found.query or found.no_equals


@given(
    st.lists(st.sampled_from("abcd"), min_size=2, max_size=5),
    st.lists(st.sampled_from(["AND", "OR", "NOT", "or"]), min_size=4, max_size=4),
    st.sets(st.sampled_from("abcd")),
)
def test_meltwaters_not_binds_closest_then_and_then_or(letters, joiners, there):
    query = letters[0] + "".join(f" {joiner} {letter}" for letter, joiner in zip(letters[1:], joiners, strict=False))
    found = translated(query, "meltwater")
    if found is None:
        return
    expected = any(
        all((letter in there) is not is_not for letter, is_not in _both(alternative))
        for alternative in query.replace(" or ", " OR ").split(" OR ")
    )
    assert matches(found.query, post(" ".join(sorted(there)))) == expected


def _both(alternative: str) -> list[tuple[str, bool]]:
    first, *rest = alternative.split(" ")
    return [(first, False), *((rest[at + 1], rest[at] == "NOT") for at in range(0, len(rest), 2))]


@pytest.mark.parametrize(
    ("suite", "theirs", "ours"),
    [
        ("brandwatch", "“northside hospital” OR „nhs“", '"northside hospital" OR nhs'),
        ("brandwatch", '""northside hospital"" OR ""nhs""', '"northside hospital" OR nhs'),
        ("brandwatch", "apple AND NOT (pie OR tart)", "apple AND NOT (pie OR tart)"),
        ("brandwatch", "apple AND -pie", "apple AND NOT pie"),
        ("brandwatch", "<<< ours >>>\n(apple\n OR\tpie)", "apple OR pie"),
        ("brandwatch", "logitech NEAR/2f keyboard", "logitech ONEAR/2 keyboard"),
        ("brandwatch", '(a OR b) NEAR/0f ("mince pie" OR c)', '(a OR b) ONEAR/0 ("mince pie" OR c)'),
        ("brandwatch", '"apple juice"~5', '"apple juice"~5'),
        ("brandwatch", "at_mentions:acme OR hashtags:(save OR shame)", "@acme OR #save OR #shame"),
        ("brandwatch", "apple AND language:en", "apple AND language:en"),
        ("brandwatch", "AT&T OR Google+", '"AT T" OR Google'),
        ("brandwatch", "T-Mobile OR O'Neill", "T-Mobile OR O'Neill"),
        ("brandwatch", "🔥 OR 東京電力", "🔥 OR 東京電力"),
        ("meltwater", "apple NEAR watch", "apple NEAR/4 watch"),
        ("meltwater", "apple ONEAR/10 watch", "apple ONEAR/10 watch"),
        ("meltwater", 'apple and (watch or ios)^9 not "apple pie"', 'apple AND (watch OR ios) AND NOT "apple pie"'),
        ("talkwalker", "chocolate -swiss", "chocolate AND NOT swiss"),
        ("talkwalker", "Luxemb* BMW AND lang:en", "Luxemb* AND BMW AND language:en"),
    ],
)  # fmt: skip
def test_each_suites_own_way_to_write_is_read(suite, theirs, ours):
    found = translate(theirs, suite)
    assert (found.query.replace("\\", ""), found.no_equals) == (ours, ())


@pytest.mark.parametrize(
    ("suite", "theirs", "operator", "at", "left"),
    [
        ("brandwatch", "apple\nAND NOT site:shop.example", "site:", (2, 9), "apple"),
        ("brandwatch", "apple AND url:msn.com/news", "url:", (1, 11), 'apple AND url:"msn.com/news*"'),
        ("brandwatch", "apple AND links:msn.com", "links:", (1, 11), "apple"),
        ("brandwatch", "apple AND raw:Google+", "raw:", (1, 11), 'apple AND "Google+"'),
        ("brandwatch", "(a NEAR/2 b) NEAR/3 c", "NEAR/3", (1, 14), "(a NEAR/2 b) AND c"),
        ("brandwatch", "a NEAR/200 b", "NEAR/200", (1, 3), "a AND b"),
        ("brandwatch", "a NEAR/2 #b", "NEAR/2", (1, 3), "a AND #b"),
        ("brandwatch", "a ADJ b", "ADJ", (1, 3), "a AND b"),
        ("brandwatch", "((a OR b) AND c)~5", "~5", (1, 1), "(a OR b) AND c"),
        ("brandwatch", '"big * apple"', "*", (1, 1), "big AND apple"),
        ("brandwatch", "followers:[10 TO 50] AND a", "followers:", (1, 1), "a"),
        ("meltwater", "a W/5 b", "W/5", (1, 3), "a AND b"),
        ("meltwater", '"a b"~4', "~4", (1, 1), "a AND b"),
        ("meltwater", "ingress:a AND C++", "ingress:", (1, 1), "a AND C"),
        ("talkwalker", "++BMW AND a", "++", (1, 1), "BMW AND a"),
        ("talkwalker", "a AND sourcetype:BLOG", "sourcetype:", (1, 7), "a"),
        ("talkwalker", "a AND -author:bob", "author:", (1, 8), "a"),
    ],
)
def test_each_operator_without_an_equal_is_named_with_its_place(suite, theirs, operator, at, left):
    found = translate(theirs, suite)
    assert (operator, *at) in [(one.operator, one.line, one.column) for one in found.no_equals]
    assert found.query == left


@pytest.mark.parametrize(
    ("suite", "theirs", "why"),
    [
        ("brandwatch", "apple juice", "line 1, column 7: two words side by side"),
        ("meltwater", "apple juice", "line 1, column 7: two words side by side"),
        ("brandwatch", "a AND b\nOR c", "line 2, column 4: AND or NOT beside OR"),
        ("talkwalker", "a b OR c", "line 1, column 8: AND or NOT beside OR"),
        ("brandwatch", "a AND b NEAR/5 c", "line 1, column 9: NEAR/5 beside AND, OR or NOT"),
        ("brandwatch", "a and b", "line 1, column 3: 'and' between words"),
        ("brandwatch", "a NEAR b", "line 1, column 3: NEAR without a number"),
        ("brandwatch", "(a OR\n b", "line 1, column 1: a parenthesis that is never closed"),
        ("brandwatch", "a)", "line 1, column 2: a closing parenthesis that nothing opened"),
        ("brandwatch", 'a OR "b', "line 1, column 6: a quotation mark that is never closed"),
        ("brandwatch", "a <<< b", "line 1, column 3: a comment that is not closed"),
        ("meltwater", "a <<< b >>>", "line 1, column 3: <<< is no sign of Meltwater"),
        ("brandwatch", 'a OR ""', "line 1, column 6: nothing between quotation marks"),
        ("brandwatch", "a OR", "line 1, column 5: it ends where a word should follow"),
        ("talkwalker", "a site:b.example site:c.example", "line 1, column 18: two site: side by side"),
        ("brandwatch", "NOT a", "would match mentions that hold none of its words"),
        ("brandwatch", "", "the query is empty"),
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_refused_with_its_place(suite, theirs, why):
    with pytest.raises(QueryError) as refused:
        translate(theirs, suite)
    assert why in str(refused.value)


def test_where_nothing_can_be_kept_nothing_is_left():
    found = translate("country:gbr AND sentiment:negative", "brandwatch")
    assert (found.query, len(found.no_equals)) == ("", 2)


def test_signs_that_are_not_looked_at_are_noted():
    assert translate("Google+", "brandwatch").notes == ("Google+: signs in words are not looked at, as in Brandwatch",)
