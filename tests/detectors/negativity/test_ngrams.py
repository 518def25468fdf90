"""The linear half: what it adds up, and how it is learned."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.negativity.ngrams import PART, Ngrams, all_slots, linear_log_odds, negated_slot, word_slot
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise
from detectors.negativity.train.linear import train_linear
from detectors.negativity.train.regression import FEWEST
from detectors.negativity.train.vocabulary import Vocabulary


def slots(text: str) -> tuple[set[int], set[int]]:
    found, ends = all_slots(tokenise([encode(text)]))
    return set(found[: ends[0, 0]].tolist()), set(found[ends[0, 0] :].tolist())


def vocabulary(**polarity: float) -> Vocabulary:
    hashes = tokenise([" ".join(polarity).encode()]).hashes[0, : len(polarity)]
    vectors = np.array([[value, 0.5, 0.0, 0.0] for value in polarity.values()], dtype=np.float32)
    return Vocabulary(hashes, list(polarity), vectors, np.ones(len(polarity), dtype=np.bool_))


def test_words_and_negated_words_have_slots_of_their_own():
    bad = tokenise([b"bad"]).hashes[0, 0]

    assert word_slot(bad) in slots("bad")[0]
    assert negated_slot(bad) not in slots("bad")[0]
    assert {word_slot(bad), negated_slot(bad)} <= slots("not bad")[0]


def test_the_order_of_words_is_seen():
    assert slots("good not bad")[0] != slots("bad not good")[0]


def test_words_that_share_letters_share_pieces():
    shared = slots("refund")[1] & slots("refunded")[1]

    assert len(shared) > 10


def test_the_same_word_in_other_dress_has_the_same_pieces():
    assert slots("don't")[1] == slots("DON’T")[1]
    assert slots("soo")[1] == slots("soooooo")[1]


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_the_sum_is_that_of_the_slots(texts):
    table = np.random.default_rng(0).integers(-127, 128, 3 * PART).astype(np.int8)
    tokens = tokenise([encode(text) for text in texts])

    scores = linear_log_odds(tokens, Ngrams(table, step=0.5, bias=-1.0))

    found, ends = all_slots(tokens)
    begin = 0
    for score, (middle, end) in zip(scores, ends.tolist(), strict=True):
        words, pieces = table[found[begin:middle]].astype(int), table[found[middle:end]].astype(int)
        mean = words.sum() / max(len(words), 1) ** 0.5 + pieces.sum() / max(len(pieces), 1) ** 0.5
        assert score == pytest.approx(mean * 0.5 - 1.0)
        begin = end


def test_a_long_text_has_a_bounded_number_of_slots():
    found, _ = all_slots(tokenise([encode("incomprehensibilities " * 5_000), b"x" * 100_000]))

    assert len(found) < 20_000


def test_what_is_learned_tells_angry_texts_from_others_and_is_the_same_twice():
    texts = ["the queue was awful again", "a lovely day on the ward"] * 20
    targets = np.array([1.0, 0.0] * 20)

    first, second = (train_linear(texts, targets, vocabulary(awful=-0.5, lovely=0.5)) for _ in range(2))

    scores = linear_log_odds(tokenise([b"awful again", b"a lovely ward"]), first)
    assert scores[0] > 0 > scores[1]
    assert first.table.tobytes() == second.table.tobytes()


def test_what_stands_in_fewer_texts_than_the_floor_has_no_weight_whatever_was_made_of_them():
    texts = ["zyzzyva qwxv"] * (FEWEST - 1) + ["the queue was awful", "a lovely day"] * 5
    targets = np.array([1.0] * (FEWEST - 1) + [1.0, 0.0] * 5)

    table = train_linear(texts + texts[:1], np.append(targets, 1.0), vocabulary(awful=-0.5), len(texts)).table

    ordinary = set.union(*(slots("the queue was awful")), *(slots("a lovely day")))
    private = set.union(*slots("zyzzyva qwxv")) - ordinary
    assert private
    assert not table[list(private)].any()


def test_a_word_that_only_a_lexicon_knows_counts():
    texts = ["the queue was awful", "a lovely day"] * 10
    targets = np.array([1.0, 0.0] * 10)

    ngrams = train_linear(texts, targets, vocabulary(awful=-0.5, lovely=0.5, dreadful=-0.5))

    known, unknown = linear_log_odds(tokenise([b"dreadful", b"drinkful"]), ngrams)
    assert known > unknown
