"""What a query finds, what it does not, and what it is refused for."""

import pytest

from streams.brand import Brand
from streams.errors import QueryError
from streams.mention import Author
from streams.queries.matching import Matcher
from streams.queries.query import compile_query
from tests.streams.queries.matched import matches, post

EXAMPLE = '"northside hospital" OR northsidenhs OR #savenorthside NOT "northside shopping"'


@pytest.mark.parametrize(
    ("query", "content"),
    [
        ("northside", "NORTHSIDE is closed"),
        ("northside", "(northside)"),
        ("northside", "Northside's wards"),
        ("northside", "#Northside again"),
        ("northside", "ask @northside"),
        ("café", "the CAFE"),
        ("cafe", "Cafés? no, café!"),
        ("cafe", "cafe\u0301"),
        ("strasse", "Straße"),
        ("smørrebrød", "smorrebrod"),
        ("больница", "БОЛЬНИЦА закрыта"),
        ("病院", "病院 #閉鎖"),
        ("o'neill", "O’Neill resigns"),
        ('"northside hospital"', "northside  Hospital"),
        ('"northside hospital"', "Northside-Hospital"),
        ('"northside hospital"', "#northside hospital"),
        ('"northside hospital"', "at northside\nhospital."),
        ("north*", "northside"),
        ("north*", "north"),
        ("#savenorthside", "please #SaveNorthside!"),
        ("#save*", "please #SaveNorthside!"),
        ("@northside", "hey @Northside: why"),
        ("@northside.bsky.social", "hey @northside.bsky.social why"),
        ("@nhs@mastodon.social", "cc @nhs@mastodon.social"),
        ("a b", "b then a"),
        ("a AND b", "b then a"),
        ("a OR b", "b"),
        ("a NOT b", "a c"),
        ("a -b", "a c"),
        ("+a b", "a b"),
        ("a OR b c", "b c"),
        ("a OR b AND c", "a"),
        ("(a OR b) AND (c OR d)", "b d"),
        ("a NOT (b c)", "a b"),
        ("a NOT (b OR c)", "a d"),
        ("a NOT (NOT b)", "a b"),
        ("a -(b c)", "a c"),
        ('"and" OR x', "this and that"),
        ("“northside hospital”", "northside hospital"),
        ("„northside hospital“", "northside hospital"),
        ("« northside hospital »", "northside hospital"),
        ("「東京電力」", "東京電力は"),
        ('“northside hospital"', "northside hospital"),
        ("a –b", "a c"),
        ("a —b", "a c"),
        ("a −b", "a c"),
        ("a !b", "a c"),
        ("a AND NOT b", "a c"),
        ("a ANDNOT b", "a c"),
        ("a OR b NOT c NOT d", "b"),
        ("(a OR b OR d) NOT c", "d"),
        ("NOT(a) b", "b"),
        ("a NEAR/2 b", "a x y b"),
        ("a NEAR/2 b", "b x y a"),
        ("a near/2 b", "a x y b"),
        ("a W/2 b", "b x y a"),
        ("a NEAR/0 b", "b a"),
        ("a ONEAR/2 b", "a x y b"),
        ("a NEAR/2f b", "a x b"),
        ("a PRE/2 b", "a x b"),
        ("(a OR b) NEAR/1 (c OR d)", "d x b"),
        ('"a b" NEAR/1 c', "a b x c"),
        ("nort* NEAR/1 hospital", "northside general hospital"),
        ("c a NEAR/1 b", "b a, c"),
        ("NOT a NEAR/1 b c", "c a x x b"),
        ('"a b"~1', "a x b"),
        ('"a b"~2', "b a"),
        ('"a b c"~2', "a x b y c"),
        ("McDonald's NEAR/1 fries", "mcdonalds cold fries"),
        ("organi?ation", "organisation"),
        ("organi?ation", "Organization"),
        ("pri*e", "prices? no, the PRICE"),
        ("pri*e", "prie"),
        ("*bank", "Commerzbank"),
        ("c*nt*e", "centre"),
        ("hospital?", "hospitals"),
        ('"new pri*e list"', "the new price list"),
        ('"northside hosp*"', "northside hospital"),
        ('"why northside?"', "why northside"),
        ("a＊", "abc"),
        ("（東京 OR 大阪） 病院", "大阪の病院"),
        ("東京　ＯＲ　大阪", "大阪の病院"),
        ("source：rss 病院", "病院"),
        ("\ufeffa NOT\u200b b", "a c"),
        ("\u200ea OR\u200f b", "b"),
        ('"acme * shop"', "acme big shop"),
        ("*os*ital*", "hospitals"),
        ("C++", "a C++ programmer"),
        ("C++", "c++."),
        ("C++", "C++17"),
        ("C++", "(Ｃ＋＋)"),
        ("C#", "learn C#!"),
        ("C#", "C#, F#"),
        (".NET", "written in .NET"),
        ("H&M", "H&M"),
        ("H&M", "H &amp; M"),
        ("H&M", "H＆M"),
        ("H&M", "H&Mの服"),
        ('"H & M"', "H&M"),
        ("AT&T", "AT&T's network"),
        ('"Ben & Jerry\'s"', "Ben&Jerrys"),
        ('"Ben & Jerry\'s"', "Ben &amp; Jerry’s"),
        ('"Ben & Jerrys"', "Ben & Jerry's"),
        ("Müller+", "Mueller+"),
        ("Mueller+", "Müller+"),
        (r'"Toys\"R\"Us"', "Toys“R”Us"),
        ('a OR"b c"', "b c"),
        ("$ACME", "sell $ACME now"),
        ("$acme", "＄ACME"),
        ("100%", "100% wool"),
        ("Disney+", "Disney+ raises prices"),
        ("canal+", "CANAL+"),
        ("Yahoo!", "yahoo again"),
        ("Yahoo!", "Yahoo!!!"),
        ("Acme™", "acme"),
        ("T-Mobile", "t-mobile"),
        ("AC/DC", "AC/DC"),
        ('"and/or"', "and or"),
        ("1,000", "1,000"),
        ("Maersk A/S", "Maersk A/S"),
        ("🔥", "this is 🔥"),
        ("🔥", "acme🔥🔥"),
        ("👍", "👍🏽"),
        ("👍🏽", "👍"),
        ("❤", "❤️"),
        ("❤️", "❤"),
        ("👩‍🚒", "the 👩‍🚒 came"),
        ("🇬🇧", "🇫🇷🇬🇧"),
        ("acme 🔥", "🔥 acme"),
        ('"acme 🔥"', "acme 🔥"),
        ("acme NOT 🔥", "acme ❤"),
        ("🔥 OR fire", "fire"),
        (r"what\?", "what?"),
        (r"E\*Trade", "E*Trade"),
        (EXAMPLE, "the Northside Hospital"),
        (EXAMPLE, "@NorthsideNHS"),
        (EXAMPLE, "#savenorthside"),
    ],
)
def test_it_matches(query, content):
    assert matches(query, post(content, source="rss"))


@pytest.mark.parametrize(
    ("query", "content"),
    [
        ("north", "northside"),
        ("side", "northside"),
        ("northside", "north side"),
        ('"northside hospital"', "hospital northside"),
        ('"northside hospital"', "northside general hospital"),
        ('"northside hospital"', "northside hospitals"),
        ("north*", "thenorth"),
        ("#savenorthside", "savenorthside"),
        ("#savenorthside", "@savenorthside"),
        ("#savenorthside", "#savenorthsidenow"),
        ("#savenorthside", "page#savenorthside"),
        ('"#savenorthside"', "savenorthside"),
        ("@northside", "northside"),
        ("@northside", "mail me@northside"),
        ("a b", "a"),
        ("a OR b c", "a b"),
        ("a OR b AND c", "b"),
        ("a NOT b", "a b"),
        ("a OR b NOT c", "a c"),
        ("a OR b -c", "a c"),
        ("a NOT (b OR c)", "a c"),
        ("“northside hospital”", "northside general hospital"),
        ("a –b", "a b"),
        ("a —b", "a b"),
        ("a !b", "a b"),
        ("a ANDNOT b", "a b"),
        ("a AND NOT b", "a b"),
        ("(a OR b OR d) NOT c", "d c"),
        ("a OR b NOT c NOT d", "b d"),
        ("a NEAR/2 b", "a x y z b"),
        ("a NEAR/2 b", "a"),
        ("a NEAR/0 b", "a x b"),
        ("a ONEAR/2 b", "b a"),
        ("a PRE/2 b", "b x a"),
        ("a NEAR/2 a", "a"),
        ("NOT a NEAR/1 b c", "c a x b"),
        ('"a b"~1', "a x y b"),
        ('"a b"~1', "b a"),
        ('"a b c"~1', "a x b y c"),
        ("organi?ation", "organiation"),
        ("organi?ation", "organissation"),
        ("pri*e", "pride's"[:4] + "m"),
        ("pri*e", "pri e"),
        ("（東京 OR 大阪） 病院", "東京"),
        ("\ufeffa NOT\u200b b", "a b"),
        ("*os*ital*", "hospit als"),
        ("*bank", "banking"),
        ("hospital?", "hospital"),
        ("C++", "Vitamin C"),
        ("C++", "C+"),
        ("C++", "Vitamin C + D"),
        ("C++", "ABC++"),
        ("C#", "#C"),
        ("C#", "C"),
        ("C#", "C #tag"),
        (".NET", "the net"),
        (".NET", "acme.net"),
        ("H&M", "H. M. Government"),
        ("AT&T", "at t"),
        ("$ACME", "ACME"),
        ("$ACME", "US$ACME"),
        ("100%", "100 people"),
        ("Disney+", "Disney"),
        ("🔥", "fire"),
        ("🇬🇧", "🇺🇬🇧🇷"),
        ('"acme 🔥"', "🔥 acme"),
        ("acme NOT 🔥", "acme 🔥"),
        (r"E\*Trade", "e trade"),
        (r"what\?", "what"),
        (EXAMPLE, "northside"),
        (EXAMPLE, "the northside hospital beside northside shopping"),
        (EXAMPLE, "#savenorthside northside shopping"),
        (EXAMPLE, "northsidenhs, Northside Shopping"),
    ],
)
def test_it_does_not_match(query, content):
    assert not matches(query, post(content))


def test_the_title_is_searched_and_no_phrase_reaches_from_it_into_the_text():
    mention = post("hospital closed", name="Northside")

    assert matches("northside hospital", mention)
    assert not matches('"northside hospital"', mention)


def test_tags_are_searched_as_words_and_as_tags():
    mention = post(tags=("SaveNorthside", "Public Health"))

    assert matches("#savenorthside", mention)
    assert matches("savenorthside", mention)
    assert matches('"public health"', mention)
    assert matches("#publichealth", mention)
    assert not matches("#public", mention)


def test_the_address_is_searched_by_its_field_alone():
    mention = post("look", url="https://news.northside.example/prices/up?x=1")

    assert matches('url:"northside.example/prices"', mention)
    assert matches("url:northside.example", mention)
    assert matches("url:northside.ex*", mention)
    assert not matches("url:side.example", mention)
    assert not matches("northside", mention)


def test_a_source_is_compared_as_a_whole():
    assert matches("source:bluesky look", post("look", source="Bluesky"))
    assert matches("source:blue* look", post("look", source="bluesky"))
    assert not matches("source:blue look", post("look", source="bluesky"))
    assert not matches("source:rss look", post("look rss", source="rss-2"))


def test_a_language_takes_its_regions():
    assert matches("language:en look", post("look", language="en-GB"))
    assert matches("language:en-gb look", post("look", language="en-GB"))
    assert matches("language:English look", post("look", language="en_US"))
    assert matches("language:(deu OR eng) look", post("look", language="English"))
    assert not matches("language:en-GB look", post("look", language="en"))
    assert not matches("language:en look", post("look", language="enm"))


def test_an_author_is_looked_for_in_name_and_id():
    mention = post("look", author=Author(id="did:plc:abc", name="Ann Example"))

    assert matches("author:ann", mention)
    assert matches('author:"ann example"', mention)
    assert matches('author:"did:plc:abc"', mention)
    assert not matches('author:"example did"', mention)
    assert not matches("author:look", mention)
    assert not matches("author:ann", post("ann"))


def test_a_field_takes_several_words_in_parentheses():
    assert matches("source:(rss OR bluesky) look", post("look", source="bluesky"))


@pytest.mark.parametrize(
    "query",
    [
        "NOT a", "-a", "NOT a NOT b", "NOT (a b)", "a OR NOT b", "a OR -b", "a OR (b OR NOT c)", "(a OR NOT b) OR c",
        "NOT (NOT a AND b)", "*", "a OR *", "NOT source:rss",
    ],
)  # fmt: skip
def test_what_would_match_everything_is_refused(query):
    with pytest.raises(QueryError, match=r"matches everything|none of its words"):
        compile_query(query)


def test_a_negation_in_a_branch_that_needs_something_is_taken():
    assert matches("a OR (b NOT c)", post("b"))
    assert not matches("a OR (b NOT c)", post("b c"))


@pytest.mark.parametrize(
    ("query", "at", "suggestion"),
    [
        ('"abc', "character 1 ", 'closing "'),
        ("a AND", "character 6 ", "add the word"),
        ("AND a", "character 1 ", "double quotes"),
        ("a (b", "character 5 ", "closing )"),
        ("a b)", "character 4 ", "opening ("),
        ("a not b", "character 3 ", "write NOT"),
        ("a or b", "character 3 ", "write OR"),
        ("a && b", "character 3 ", "write AND"),
        ("a colour:red", "character 3 ", "source:"),
        ("a b~", "character 3 ", "remove it"),
        ("a b^2", "character 3 ", "remove it"),
        ("a #b*c", "character 3 ", "trailing"),
        ("a Not b", "character 3 ", "write NOT"),
        ("a And b", "character 3 ", "write AND"),
        ("a andnot b", "character 3 ", "write ANDNOT"),
        ("a || b", "character 3 ", "write OR"),
        ("a & b", "character 3 ", "write AND"),
        ("a | b", "character 3 ", "write OR"),
        ("a + b", "character 3 ", "write AND"),
        ("a - b", "character 3 ", "at the head of a word"),
        ("a – b", "character 3 ", "at the head of a word"),
        ("a --b", "character 3 ", "write one"),
        ("a, b", "character 2 ", "write OR"),
        ("a,b", "character 2 ", "write OR"),
        ("a; b", "character 2 ", "write OR"),
        ("a|b", "character 2 ", "write OR"),
        ("東京、大阪", "character 3 ", "write OR"),
        ("a NEAR b", "character 3 ", "NEAR/5"),
        ("a ADJ b", "character 3 ", "NEAR/5"),
        ("a adj/3 b", "character 3 ", "NEAR/5"),
        ("a ADJ3 b", "character 3 ", "NEAR/5"),
        ("a W/S b", "character 3 ", "NEAR/5"),
        ("a /p b", "character 3 ", "NEAR/5"),
        ("a SAME b", "character 3 ", "NEAR/5"),
        ("a XOR b", "character 3 ", "NEAR/5"),
        ("a NEAR/900 b", "character 3 ", "100 at most"),
        ("a NEAR/2 b NEAR/2 c", "character 12 ", "parentheses"),
        ("a NEAR/2 (b c)", "character 3 ", "join the rest"),
        ("a NEAR/2 #b", "character 10 ", "without #"),
        ("a NEAR/2 C++", "character 10 ", "AND"),
        ("source:(a NEAR/2 b)", "character 11 ", "AND"),
        ('"a b"~', "character 6 ", "~5"),
        ('"a b"^2', "character 6 ", "remove it"),
        ('"a a"~3', "character 1 ", "AND"),
        ('"a"~3', "character 1 ", "remove it"),
        ("a OR b NOT c OR d", "character 17 ", "parentheses"),
        ("a NOT b OR c", "character 12 ", "parentheses"),
        ("a OR b AND NOT c", "character 12 ", "parentheses"),
        ("a OR b ANDNOT c", "character 8 ", "parentheses"),
        ("'a b'", "character 1 ", "double ones"),
        ("‘a b’", "character 1 ", "double ones"),
        ("“a b", "character 1 ", 'closing "'),
        ("a /b/", "character 3 ", "double quotes"),
        ("a [b TO c]", "character 3 ", "double quotes"),
        ("a {b}", "character 3 ", "double quotes"),
        ("a: b", "character 1 ", "double quotes"),
        ("a 5:30", "character 3 ", "double quotes"),
        ("a ()", "character 4 ", "add a word"),
        ('Toys"R"Us', "character 5 ", "put a space"),
        ('a "b"c', "character 6 ", "put a space"),
        ("a\\", "character 2 ", "remove it"),
        ("a ?", "character 3 ", "word"),
        ("a *?", "character 3 ", "word"),
        ("a 東*力", "character 3 ", "NEAR/5"),
        ("a …", "character 3 ", "word"),
        ("a co-*", "character 3 ", "remove one"),
        ("a *.acme", "character 3 ", "remove one"),
        ("a b*.acme", "character 3 ", "remove one"),
        ("a ＮＯＴ", "character 6 ", "add the word"),
        ("東京：大阪", "character 1 ", "double quotes"),
        ("a ™", "character 3 ", "word"),
        ("a url:https://b.c/", "character 3 ", "double quotes"),
        ("a OR", "character 5 ", "add the word"),
        ("(a OR b", "character 8 ", "closing )"),
    ],
)
def test_a_refusal_names_the_place_and_what_to_write(query, at, suggestion):
    with pytest.raises(QueryError) as refused:
        compile_query(query)

    assert at in str(refused.value)
    assert suggestion in str(refused.value)


@pytest.mark.parametrize("query", ["", "  "])
def test_an_empty_query_is_refused(query):
    with pytest.raises(QueryError, match="empty"):
        compile_query(query)


def test_a_query_nested_beyond_reason_is_refused_and_not_followed():
    with pytest.raises(QueryError):
        compile_query("(" * 5000 + "a" + ")" * 5000)


def test_a_refusal_names_the_brand():
    with pytest.raises(QueryError, match="'northside'"):
        Matcher([Brand(id="northside", name="N", query="NOT a")])


def test_no_distance_reaches_from_the_title_into_the_text():
    mention = post("hospital closed", name="Northside")

    assert matches("northside AND hospital", mention)
    assert not matches("northside NEAR/9 hospital", mention)


def test_a_language_that_is_none_is_refused():
    with pytest.raises(QueryError, match="'jp' is no language"):
        compile_query("language:jp look")
