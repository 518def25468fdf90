"""The fast matcher against a plain reading of the same queries."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.brand import Brand
from streams.mention import Author, Mention, decode_mention
from streams.queries.matching import Matcher
from tests.streams.queries.matched import matches
from tests.streams.story import unhurried

PUBLISHED = decode_mention(b'{"id": "p", "published": "2011-07-12T15:00:00Z", "content": ""}').published
WORDS = ["ann", "anna", "bob", "bobs", "café", "cafe", "Über", "ber"]


def post(content: str, **fields: Any) -> Mention:
    return Mention(id="p", published=PUBLISHED, content=content, **fields)


# -- a naive reference: a query as a tree, written down as text and evaluated word by word ----------------------

Tree = tuple[Any, ...]


def plain(text: str) -> str:
    return text.lower().replace("é", "e").replace("ü", "u")


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text))


def marked(text: str, mark: str) -> list[str]:
    return re.findall(rf"(?<!\w){mark}(\w+)", plain(text))


def holds(tree: Tree, text: str) -> bool:  # noqa: PLR0911 - one for each kind of node
    kind, *rest = tree
    match kind:
        case "word":
            return plain(rest[0]) in words_of(text)
        case "prefix":
            return any(word.startswith(plain(rest[0])) for word in words_of(text))
        case "phrase":
            words, wanted = words_of(text), [plain(word) for word in rest[0]]
            return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))
        case "#" | "@":
            return plain(rest[0]) in marked(text, kind)
        case "and":
            return all(holds(part, text) for part in rest[0])
        case "or":
            return any(holds(part, text) for part in rest[0])
        case "not":
            return holds(rest[0], text) and not holds(rest[1], text)
    raise AssertionError(kind)


def written(tree: Tree) -> str:
    kind, *rest = tree
    match kind:
        case "word":
            return str(rest[0])
        case "prefix":
            return f"{rest[0]}*"
        case "phrase":
            return '"' + " ".join(rest[0]) + '"'
        case "#" | "@":
            return f"{kind}{rest[0]}"
        case "and" | "or":
            return "(" + f" {kind.upper()} ".join(written(part) for part in rest[0]) + ")"
        case "not":
            return f"({written(rest[0])} NOT {written(rest[1])})"
    raise AssertionError(kind)


word = st.sampled_from(WORDS)
leaves = st.one_of(
    st.tuples(st.just("word"), word),
    st.tuples(st.just("prefix"), word),
    st.tuples(st.just("phrase"), st.lists(word, min_size=2, max_size=3)),
    st.tuples(st.sampled_from("#@"), word),
)
trees = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(parts, min_size=2, max_size=3)),
        st.tuples(st.just("not"), parts, parts),
    ),
    max_leaves=6,
)
texts = st.lists(
    st.tuples(st.sampled_from(["", "#", "@", "("]), word, st.sampled_from([" ", ", ", "-", "  ", "\n", "#", "! "])),
    max_size=8,
).map(lambda parts: "".join("".join(part) for part in parts))


@given(st.lists(trees, min_size=1, max_size=5), st.lists(texts, max_size=5))
@unhurried
def test_the_fast_matcher_finds_what_a_plain_reading_finds(queries, contents):
    brands = [Brand(id=f"b{at}", name="", query=written(tree)) for at, tree in enumerate(queries)]

    found = Matcher(brands).match([post(content) for content in contents])

    assert found == [tuple(at for at, tree in enumerate(queries) if holds(tree, content)) for content in contents]


# -- what a query does not say -----------------------------------------------------------------------------------


def test_no_brands_match_nothing():
    assert Matcher([]).match([post("ann"), post("bob")]) == [(), ()]


def test_brands_are_told_in_their_order_once_each():
    brands = [Brand(id="b0", name="", query="bob OR anna"), Brand(id="b1", name="", query="ann* OR bob")]

    assert Matcher(brands).match([post("bob anna bob ann"), post("cafe")]) == [(0, 1), ()]


def listens(languages: tuple[str, ...], language: str) -> bool:
    matcher = Matcher([Brand(id="b", name="", query="ann", languages=languages)])
    return matcher.match([post("ann", language=language)]) == [(0,)]


def test_a_brand_without_languages_listens_to_all():
    assert listens((), "fr")


def test_a_brand_listens_to_its_languages_and_their_regions():
    assert listens(("en", "de"), "EN")
    assert listens(("en",), "en-GB")
    assert listens(("en-GB",), "en-gb")
    assert not listens(("en",), "fr")
    assert not listens(("en-GB",), "en")
    assert not listens(("en",), "enm")


def test_a_mention_in_no_known_language_passes():
    assert listens(("en",), "")
    assert listens(("en",), "und")


def test_a_matcher_that_takes_anothers_place_matches_by_its_own_queries():
    ann, bob = (Brand(id=name, name="", query=name) for name in ("ann", "bob"))
    anna = Brand(id="ann", name="", query="anna")
    before = Matcher([ann, bob])

    after = Matcher([bob, anna], previous=before)

    assert after.match([post("ann"), post("anna"), post("bob")]) == [(), (1,), (0,)]
    assert before.match([post("ann"), post("anna"), post("bob")]) == [(0,), (), (1,)]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("*ice", {"url": "https://shop.example/juice"}),
        ("j?ice", {"url": "https://shop.example/juice"}),
        ("auth*", {"author": Author(name="Ann")}),
        ("url*", {"url": "https://shop.example/juice"}),
        ("スターバックス", {"author": Author(name="カフェスターバックス")}),
    ],
)
def test_no_word_is_found_in_a_field_that_another_brand_asks_for(query, fields):
    mention = post("northside", **fields)
    fielded = Brand(id="other", name="Other", query="northside AND (url:elsewhere OR author:elsewhere)")

    assert Matcher([Brand(id="b", name="B", query=query), fielded]).match([mention]) == [()]
    assert matches(query, post("juice author url カフェスターバックス"))


def test_whose_search_found_a_post_means_nothing_where_the_post_says_something():
    matcher = Matcher([Brand(id="ann", name="Ann", query="ann"), Brand(id="bob", name="Bob", query="bob NOT café")])

    said = [post("bob", found_by="ann"), post("", name="bob", found_by="ann"), post("", deleted=True, found_by="ann")]

    assert matcher.match(said) == [(1,), (1,), ()]


def test_a_withheld_text_is_its_searchs_brands_by_id_else_by_the_searchs_name():
    matcher = Matcher([Brand(id="ann", name="Ann", query="anna"), Brand(id="bob", name="Bob", query="bob NOT café")])
    names = ["ann", "Bob, worldwide", "Bob Café", "Anna and Bob", "someone"]

    assert matcher.match([post("", found_by=name) for name in names]) == [(0,), (1,), (), (0, 1), ()]
