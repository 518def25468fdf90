"""The tokeniser: what becomes one token, and that nothing breaks it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.negativity.characters import hash_bytes
from detectors.negativity.text import encode
from detectors.negativity.tokens import CAPITALS, ELONGATED, LIMIT, LINK, NEGATED, TAG, USER, tokenise


def words(text: str) -> list[str]:
    data = encode(text)
    tokens = tokenise([data])
    return [data[begin:end].decode() for begin, end in tokens.spans[0, : tokens.counts[0]]]


def first(text: str) -> tuple[int, int]:
    tokens = tokenise([encode(text)])
    return int(tokens.hashes[0, 0]), int(tokens.flags[0, 0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't care", ["I", "don't", "care"]),
        ("so bad...really?!", ["so", "bad", "...", "really", "?!"]),
        ("@jane_d see https://t.co/x?y=1 now", ["@jane_d", "see", "https://t.co/x?y=1", "now"]),
        ("#SaveOurNHS", ["#SaveOurNHS", "Save", "Our", "NHS"]),
        ("fine 😡😡😡😡", ["fine", "😡", "😡"]),
        ("👍🏽 ok", ["👍", "ok"]),
        ("well :-( or <3", ["well", ":-(", "or", "<3"]),
        ("“quoted” words", ["“", "quoted", "”", "words"]),
        ("", []),
        ("\u200b \ufe0f", []),
    ],
)
def test_a_text_is_cut_as_a_reader_would(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GREAT", "great"),
        ("sooooo", "soo"),
        ("don’t", "don't"),
        (":-)", ":)"),
        ("=]", ":)"),
        ("(:", ":)"),
        ("É", "é"),
        ("&lt;3", "<3"),
        ("ａ\u0301", "ａ\u0301"),
        ("!!!!!!", "!!!"),
    ],
)
def test_two_ways_to_write_a_token_are_one(one, other):
    assert first(one)[0] == first(other)[0]


def test_links_and_user_names_have_one_token_each():
    assert first("HTTPS://a.example/b")[0] == first("www.example.org")[0] == int(LINK)
    assert first("@one")[0] == first("@Two_2")[0] == int(USER)


def test_casing_and_elongation_are_flagged():
    assert first("BAD")[1] & CAPITALS
    assert not first("Bad")[1] & CAPITALS
    assert first("baaaad")[1] & ELONGATED
    assert first("#bad")[1] & TAG


def test_a_negator_reaches_to_the_end_of_its_clause():
    data = encode("not a good idea, good people but not bad")
    tokens = tokenise([data])

    negated = [
        data[begin:end].decode()
        for (begin, end), flag in zip(tokens.spans[0, : tokens.counts[0]], tokens.flags[0], strict=False)
        if flag & NEGATED
    ]

    assert negated == ["a", "good", "idea", "bad"]


def test_the_compiled_hash_is_the_plain_one():
    assert first("tocsin")[0] == hash_bytes(b"tocsin")


def test_a_long_text_is_cut_at_the_limit():
    assert tokenise([encode("word " * 20_000)]).counts[0] == LIMIT


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_bytes_are_cut_without_leaving_their_own_text(parts):
    tokens = tokenise(parts)

    for row, part in enumerate(parts):
        spans = tokens.spans[row, : tokens.counts[row]]
        assert (spans[:, 0] >= 0).all()
        assert (spans[:, 0] < spans[:, 1]).all()
        assert (spans <= len(part)).all()


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_the_tokens_of_a_text_do_not_depend_on_its_neighbours(texts):
    together = tokenise([encode(text) for text in texts])

    for row, text in enumerate(texts):
        alone = tokenise([encode(text)])
        count = alone.counts[0]
        assert together.counts[row] == count
        np.testing.assert_array_equal(together.hashes[row, :count], alone.hashes[0, :count])
        np.testing.assert_array_equal(together.flags[row, :count], alone.flags[0, :count])
