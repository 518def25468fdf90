"""Linear models of other languages: shipped as described, and silent where they know too little."""

import hashlib

import numpy as np
import pytest

from detectors.errors import DetectorsError
from detectors.negativity.linear import (
    LANGUAGES,
    LANGUAGES_PATH,
    LANGUAGES_SHA256,
    LinearModel,
    read_languages,
    write_languages,
)
from detectors.negativity.model import load_scorer
from detectors.negativity.ngrams import PART, Ngrams, word_slot
from detectors.negativity.tokens import tokenise
from detectors.post import NEGATIVE

ANGRY = {
    "ar": "خدمة سيئة جدا، هذا عار عليكم",
    "de": "Schon wieder kein Internet, so ein beschissener Laden, das nervt nur noch!",
    "es": "Qué vergüenza de servicio, una mierda, nunca más",
    "fr": "Service nul, très déçu, c'est inadmissible et honteux",
    "it": "Che schifo di servizio, vergognatevi, mai più",
    "pt": "Que vergonha de serviço, péssimo, nunca mais compro nada",
}
KIND = {
    "ar": "شكرا جزيلا لكم، خدمة جميلة ورائعة",
    "de": "Vielen Dank, das war ein wunderschöner Tag, ich freue mich so :)",
    "es": "Muchas gracias, qué bonito día, me encanta :)",
    "fr": "Merci beaucoup, une très belle équipe, bravo !",
    "it": "Grazie mille, che bella giornata, bravissimi :)",
    "pt": "Muito obrigado, que coisa linda, amei demais",
}


def only_knows(*words: str) -> LinearModel:
    """Return a model whose table knows some words and nothing else."""
    table = np.zeros(3 * PART, dtype=np.int8)
    for word in words:
        table[word_slot(tokenise([word.encode()]).hashes[0, 0])] = 50
    return LinearModel(Ngrams(table, 0.1, 0.0), 1.0, 0.0)


def test_the_shipped_models_are_those_of_the_card():
    assert hashlib.sha256(LANGUAGES_PATH.read_bytes()).hexdigest() == LANGUAGES_SHA256


def test_the_shipped_models_hold_no_word_and_are_small():
    for model in read_languages().values():
        assert model.ngrams.table.dtype == np.int8
    assert LANGUAGES_PATH.stat().st_size < 8_000_000


def test_the_same_models_make_the_same_bytes(tmp_path):
    for name in ("one.npz", "two.npz"):
        write_languages(read_languages(), tmp_path / name)

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert read_languages(tmp_path / "one.npz").keys() == set(LANGUAGES)


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_file_that_is_no_models_is_refused_by_name(tmp_path, content):
    path = tmp_path / "languages.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(DetectorsError, match=r"languages\.npz.*reinstall"):
        read_languages(path)


def test_a_table_of_another_size_is_refused(tmp_path):
    models = read_languages()
    short = models["de"]._replace(ngrams=models["de"].ngrams._replace(table=models["de"].ngrams.table[1:]))
    write_languages(models | {"de": short}, tmp_path / "languages.npz")

    with pytest.raises(DetectorsError, match="not of the shape"):
        read_languages(tmp_path / "languages.npz")


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_anger_counts_as_negative_and_plain_praise_does_not(language):
    scores = load_scorer().score([ANGRY[language], KIND[language]], [language] * 2)

    assert scores[0] >= NEGATIVE > scores[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_scores_the_same_alone_and_beside_others_and_whatever_says_its_language(language):
    scorer = load_scorer()
    text = f"{ANGRY[language]} {KIND[language]}"

    alone = scorer.score([text], [language])[0]

    beside = scorer.score(["this is terrible", text, "niet goed", "поезда"], ["en", language, "nl", ""])

    assert beside[1] == alone
    assert scorer.score_all([text], language)[0] == alone


def test_a_text_of_which_a_third_of_the_words_is_known_is_scored_and_one_of_fewer_is_not():
    model = only_knows("nul")

    understood = model.is_understood(
        tokenise([b"service nul encore", b"un service nul encore", b"", b"@nul 12 https://nul"])
    )

    assert understood.tolist() == [True, False, False, False]


@pytest.mark.parametrize("text", ["", "...", "@northside https://example.org/a", "Zyntrofex Qworbl vrrk"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_understood_is_not_called_calm(text, language):
    assert np.isnan(load_scorer().score([text], [language])[0])


def test_a_language_without_a_model_is_refused_by_name_where_a_score_is_asked_for():
    with pytest.raises(DetectorsError, match="'pl' is not scored; one of ar, de, en, es, fr, it, nl, pt is"):
        load_scorer().score_all(["to nie jest dobre"], "pl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_names_words_of_the_text(language):
    weights = load_scorer().explain(ANGRY[language], 3, language)

    assert len(weights) == 3
    assert all(word in ANGRY[language] for word, _ in weights)
    assert max(weight for _, weight in weights) > 0


def test_a_word_list_explains_nothing():
    assert load_scorer().explain("wat een slechte service", language="nl") == []
