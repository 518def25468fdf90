"""Whom a mention names."""

from hypothesis import given

from streams.ingest.parties import parties
from streams.queries.query import compile_query
from streams.queries.terms import Term
from tests.streams.hostile_texts import hostile_texts
from tests.streams.story import unhurried

NORTHSIDE = compile_query('northside OR "north side trust" OR @nshelp').triggers
SOUTHSIDE = compile_query("southside").triggers


def named(text: str, *brands: frozenset[Term]) -> list[tuple[str, int]] | None:
    found = parties(text, brands)
    return None if found is None else [(text[place.begin : place.end], place.party) for place in found.places]


def test_a_text_of_one_brand_alone_has_no_parties():
    assert named("Northside again: the North Side Trust and @NSHelp, northside!", NORTHSIDE) is None


def test_another_handle_is_another_party():
    assert named("Northside let us wait, @bbcnews", NORTHSIDE) == [("Northside", 0), ("@bbcnews", 1)]


def test_two_brands_are_two_parties_in_the_order_of_the_text():
    text = "Southside fixed what the north-side trust broke"

    assert named(text, NORTHSIDE, SOUTHSIDE) == [("Southside", 0), ("north-side trust", 1)]
    found = parties(text, [NORTHSIDE, SOUTHSIDE])
    assert found is not None
    assert found.of_brand == (1, 0)


def test_a_handle_that_holds_a_brands_name_is_its_own():
    assert named("@NorthsideCares you let Northside down", NORTHSIDE) is None


def test_a_short_name_within_a_longer_handle_is_not_the_brand():
    assert named("@anthony the ant is late", compile_query("ant").triggers) == [("@anthony", 0), ("ant", 1)]


def test_brands_that_share_their_words_are_one_party():
    both = [compile_query("acme").triggers, compile_query('"acme phones"').triggers]

    assert parties("acme phones are dead", both) is None
    found = parties("acme phones are dead, @other lives", both)
    assert found is not None
    assert found.of_brand == (0, 0)


def test_accents_are_folded_and_places_are_those_of_the_text():
    assert named("Ça suffit, Nörthside! @Ötherco helps", NORTHSIDE) == [("Nörthside", 0), ("@Ötherco", 1)]


def test_a_brand_that_is_found_in_another_field_is_not_in_the_text():
    found = parties("@one and @two", [compile_query("author:ann").triggers])

    assert found is not None
    assert found.of_brand == (None,)


def test_a_list_of_names_is_not_read():
    assert named("northside " + " ".join(f"@person{i}" for i in range(30)), NORTHSIDE) is None


@given(hostile_texts)
@unhurried
def test_any_text_can_be_asked_and_places_do_not_overlap(text):
    found = parties(f"{text} northside @{text}", [NORTHSIDE, SOUTHSIDE])

    if found is not None:
        assert all(one.end <= two.begin for one, two in zip(found.places, found.places[1:], strict=False))
        assert {place.party for place in found.places} == set(range(found.count))


def test_a_sign_that_folds_to_several_words_moves_no_place():
    assert named("Waited 2½ hours ¼¼. Awful, @nhs! Shame on Northside", NORTHSIDE) == [("@nhs", 0), ("Northside", 1)]


def test_a_letter_and_its_accent_apart_are_one_place():
    assert named("No\u0308rthside, @other", NORTHSIDE) == [("No\u0308rthside", 0), ("@other", 1)]
