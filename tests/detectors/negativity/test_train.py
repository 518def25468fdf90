"""What of the training needs neither its packages nor its data."""

import numpy as np
import pytest

from detectors.errors import DetectorsError
from detectors.negativity.train.data import read_labelled
from detectors.negativity.train.resources import package_folder
from detectors.negativity.train.synthesis import synthesise
from detectors.negativity.train.vocabulary import Vocabulary


def vocabulary() -> Vocabulary:
    return Vocabulary(
        hashes=np.arange(4, dtype=np.uint64),
        forms=["awful", "lovely", "ward", "#tag"],
        vectors=np.zeros((4, 2), dtype=np.float32),
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

    made = synthesise(texts, vocabulary(), count=50, seed=1)

    assert len(made) == 50
    assert all(made)
    assert made == synthesise(texts, vocabulary(), count=50, seed=1)
    assert made != synthesise(texts, vocabulary(), count=50, seed=2)


def test_a_missing_package_is_named():
    with pytest.raises(DetectorsError, match=r"tocsin\[train\]"):
        package_folder("a_package_that_nobody_has")
