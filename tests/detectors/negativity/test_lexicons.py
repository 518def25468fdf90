"""Word lists of other languages: shipped as described, and silent where they know too little."""

import hashlib

import numpy as np
import pytest

from detectors.errors import DetectorsError
from detectors.negativity.lexicons import (
    LANGUAGES,
    LEXICONS_PATH,
    LEXICONS_SHA256,
    Lexicon,
    build_lexicon,
    features,
    lexicon_probabilities,
    read_lexicons,
    to_tokens,
    write_lexicons,
)
from detectors.negativity.tokens import tokenise


def hashes(*words: str) -> np.ndarray:
    return np.array([int(tokenise([word.encode()]).hashes[0, 0]) for word in words], dtype=np.uint64)


@pytest.fixture
def tables():
    """Knows "goed", "slecht" and "traag", and "niet" that turns; two known words make a score."""
    words, polarities = hashes("goed", "slecht", "traag"), np.array([50, -80, -40], dtype=np.int8)
    return build_lexicon(Lexicon(words, polarities, hashes("niet"), np.array([-2.0, 2.0, 0.0, 2.0])))


def sums(text: str, tables) -> list[float]:
    tokens = to_tokens([text])
    praise, blame, known = features(tokens, tables)[0]
    return [round(float(each) * np.sqrt(tokens.counts[0] + 1), 3) for each in (praise, blame)] + [known]


def test_the_shipped_lists_are_those_of_the_card():
    assert hashlib.sha256(LEXICONS_PATH.read_bytes()).hexdigest() == LEXICONS_SHA256


def test_the_shipped_lists_hold_no_word_and_are_small():
    for lexicon in read_lexicons().values():
        assert {array.dtype.kind for array in lexicon} <= {"u", "i", "f"}
    assert LEXICONS_PATH.stat().st_size < 200_000


def test_the_same_lists_make_the_same_bytes(tmp_path):
    for name in ("one.npz", "two.npz"):
        write_lexicons(read_lexicons(), tmp_path / name)

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes() == LEXICONS_PATH.read_bytes()


def test_every_language_has_a_list():
    assert tuple(read_lexicons()) == LANGUAGES


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_file_that_is_no_list_is_refused_by_name(tmp_path, content):
    path = tmp_path / "lexicons.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(DetectorsError, match=r"lexicons\.npz"):
        read_lexicons(path)


def test_praise_and_blame_are_summed_apart(tables):
    assert sums("goed maar slecht en traag", tables) == [0.5, 1.2, 3]


def test_a_negator_turns_what_follows_and_weakens_it(tables):
    assert sums("niet slecht", tables) == [0.4, 0.0, 1]
    assert sums("niet zo heel goed", tables) == [0.0, 0.25, 1]


@pytest.mark.parametrize("text", ["niet. slecht", "niet een twee drie vier slecht", "slecht niet"])
def test_a_negator_turns_nothing_beyond_its_sentence_or_four_words_or_before_it(tables, text):
    assert sums(text, tables) == [0.0, 0.8, 1]


def test_a_text_of_which_too_little_is_known_is_not_called_calm(tables):
    scores = lexicon_probabilities(["slecht", "slecht en traag", ""], tables)

    assert np.isnan(scores).tolist() == [True, False, True]
    assert scores[1] > 0.5


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Wat een slechte service, belachelijk"),
        ("nl", "Schaam je, wat een vreselijk bedrijf"),
    ],
)
def test_plain_anger_counts_as_negative(language, text):
    assert lexicon_probabilities([text], build_lexicon(read_lexicons()[language]))[0] >= 0.25


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Prima geholpen, een mooie en fijne winkel"),
        ("nl", "Helemaal niet slecht"),
    ],
)
def test_plain_praise_does_not(language, text):
    assert lexicon_probabilities([text], build_lexicon(read_lexicons()[language]))[0] < 0.25
