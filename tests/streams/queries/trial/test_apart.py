"""Words that tell matches from other mentions."""

from streams.queries.trial.apart import WordsApart
from tests.streams.queries.trial.tried import posts


def apart(matching: list[str], others: list[str], query: str = "northside") -> list[str]:
    words = WordsApart(query, "Northside Trust", matches=len(matching), others=len(others))
    for is_match, texts in ((True, matching), (False, others)):
        for mention in posts(*texts):
            words.take(mention, is_match=is_match)
    return [word.phrase for word in words.found()]


def test_words_of_matches_alone_are_told_and_those_of_all_are_not():
    found = apart([f"northside football today {at}" for at in range(9)], [f"rain today {at}" for at in range(9)])

    assert "football" in found
    assert "today" not in found


def test_the_querys_and_the_brands_own_words_tell_nothing():
    assert apart(["northside trust"] * 9, ["rain"] * 9) == []


def test_a_phrase_that_stands_in_the_same_mentions_is_told_once():
    found = apart(["northside parking charges"] * 9, ["rain"] * 9)
    assert len(found) == 1


def test_where_everything_matches_nothing_is_told():
    assert apart(["northside football"] * 9, []) == []


def test_no_phrase_is_told_that_holds_one_of_the_querys_words():
    assert apart(["shut northside charge"] * 9, ["rain"] * 9) == ["charge", "shut"]
