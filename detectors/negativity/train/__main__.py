"""Train the negativity scorer from labelled texts."""

# ruff: noqa: T201 - a command that says what it does

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from numpy.typing import NDArray

from detectors.errors import DetectorsError, TocsinError
from detectors.negativity.accuracy import average_precision, calibration_error
from detectors.negativity.model import build_halves
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise
from detectors.negativity.train.calibration import fit_calibration
from detectors.negativity.train.data import LABELS, Labelled, read_labelled
from detectors.negativity.train.linear import train_linear
from detectors.negativity.train.posts import make_posts
from detectors.negativity.train.rated import rating_opinions, read_rated
from detectors.negativity.train.resources import read_resources
from detectors.negativity.train.student import Recipe, encode_texts, to_weights, train_student
from detectors.negativity.train.synthesis import synthesise, words_alike
from detectors.negativity.train.teacher import train_teacher
from detectors.negativity.train.vocabulary import Vocabulary, build_vocabulary, with_meanings
from detectors.negativity.weights import Weights, write_weights

_CALIBRATING = 4_000
"""Texts on which the probabilities are fitted: neither teacher nor student learns from them."""

_CHECKING = 2_000
"""Texts, of those that the student learns from, that the teacher is chosen by: kept from it alone."""


def _rows(text: str) -> slice:
    first, last = text.split(":")
    return slice(int(first) - 1, int(last))


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


class _Opinions(NamedTuple):
    """What the teacher says.

    Parameters
    ----------
    labelled, rated, pieces, posts
        Its probabilities of the labels: of the labelled texts, of those that people rated, and of those made.
    words, meanings
        Hashes of words, and its mean last state of each standing alone.
    """

    labelled: NDArray[np.float32]
    rated: NDArray[np.float32]
    pieces: NDArray[np.float32]
    posts: NDArray[np.float32]
    words: NDArray[np.uint64]
    meanings: NDArray[np.float16]

    def of_words(self, vocabulary: Vocabulary) -> NDArray[np.float32]:
        """Return the state of each known word."""
        places = {int(word): place for place, word in enumerate(self.words)}
        return self.meanings[[places[int(word)] for word in vocabulary.hashes]].astype(np.float32)


def _opinions(
    data: Labelled,
    unseen: NDArray[np.bool_],
    others: tuple[list[str], list[str], list[str]],
    words: Vocabulary,
    arguments: argparse.Namespace,
) -> _Opinions:
    kept = arguments.work / "opinions.npz" if arguments.work else None
    if kept and kept.exists():
        with np.load(kept) as arrays:
            opinions = _Opinions(**arrays)
        if [len(part) for part in opinions[1:4]] != [len(texts) for texts in others]:
            raise DetectorsError(f"{kept}: opinions on other texts than these; remove it, or give another --work")
        return opinions
    checking = np.zeros(len(unseen), dtype=bool)
    checking[np.random.default_rng(arguments.seed + 1).permutation(np.flatnonzero(~unseen))[:_CHECKING]] = True
    taught = ~(unseen | checking)
    teacher = train_teacher(
        _where(taught, data.texts),
        data.labels[taught],
        arguments.seed,
        arguments.work / "teacher.pt" if arguments.work else None,
    )
    labelled = np.zeros((len(data.texts), len(LABELS)), dtype=np.float32)
    for part in (~unseen, unseen):
        labelled[part] = _softmax(teacher.judge(_where(part, data.texts)))
    for name, part in (("lines kept from it", checking), ("the unseen lines", unseen)):
        print(f"teacher: average precision {_precision(data, part, labelled[:, 0]):.4f} on {name}", flush=True)
    rated, pieces, posts = (_softmax(teacher.judge(texts)) for texts in others)
    meanings = teacher.describe(words.forms).astype(np.float16)
    opinions = _Opinions(labelled, rated, pieces, posts, words.hashes, meanings)
    if kept:
        np.savez(kept, **opinions._asdict())
    return opinions


def _where(chosen: NDArray[np.bool_], texts: list[str]) -> list[str]:
    return [text for text, taken in zip(texts, chosen, strict=True) if taken]


def _precision(data: Labelled, rows: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    return average_precision(data.labels[rows] == 0, scores[rows])


def _all_odds(weights: Weights, texts: list[str]) -> NDArray[np.float64]:
    halves = build_halves(weights)
    return np.concatenate(
        [
            halves.log_odds(tokenise([encode(text) for text in texts[begin : begin + 1024]]))
            for begin in range(0, len(texts), 1024)
        ]
    )


def train(arguments: argparse.Namespace) -> None:
    """Go through all stages."""
    torch.use_deterministic_algorithms(mode=True)
    torch.set_num_threads(1)  # the same bytes whatever the number of cores, and no core spent on waiting
    if arguments.work:
        arguments.work.mkdir(parents=True, exist_ok=True)
    data = read_labelled(arguments.data)
    unseen = np.zeros(len(data.texts), dtype=bool)
    unseen[arguments.unseen] = True
    random = np.random.default_rng(arguments.seed)
    calibrating = np.zeros(len(unseen), dtype=bool)
    calibrating[random.permutation(np.flatnonzero(unseen))[:_CALIBRATING]] = True
    taught = ~unseen if arguments.hold_out else ~calibrating
    rated = read_rated(arguments.rated)
    texts = [*_where(taught, data.texts), *rated.texts]
    resources = read_resources()
    vocabulary = build_vocabulary(texts, resources)
    print(f"{len(data.texts)} texts, {taught.sum()} to learn from, {len(vocabulary.hashes)} words")

    recipe = Recipe()
    sources = _where(~unseen, data.texts)
    source_words = build_vocabulary(sources, resources)
    alike = words_alike(source_words)
    pieces = synthesise(sources, source_words, alike, arguments.pieces, arguments.seed)
    posts = make_posts(arguments.posts, arguments.seed, alike)
    all_words = build_vocabulary([*data.texts, *rated.texts], resources)
    opinions = _opinions(data, unseen, (rated.texts, pieces, posts), all_words, arguments)
    truth = np.eye(len(LABELS), dtype=np.float32)[data.labels]
    targets = recipe.teacher_share * opinions.labelled + (1.0 - recipe.teacher_share) * truth
    ratings = rating_opinions(rated, opinions.rated)
    of_rated = recipe.teacher_share * opinions.rated + (1.0 - recipe.teacher_share) * ratings
    written = len(texts)
    texts += [*pieces, *posts]
    goals = np.concatenate([targets[taught], of_rated, opinions.pieces, opinions.posts])
    linear = train_linear(texts, goals[:, 0], vocabulary, written)
    print("linear half: done", flush=True)
    vocabulary = with_meanings(vocabulary, opinions.of_words(vocabulary))
    student = train_student(encode_texts(texts, vocabulary), goals, vocabulary.vectors, recipe, arguments.seed)

    raw = to_weights(student, vocabulary, linear, recipe)
    odds = _all_odds(raw, data.texts)
    negative = data.labels == 0
    slope, intercept = fit_calibration(odds[calibrating], negative[calibrating])
    if arguments.hold_out:
        rest = unseen & ~calibrating
        chance = 1.0 / (1.0 + np.exp(-(slope * odds[rest] + intercept)))
        print(f"held out: average precision {_precision(data, unseen, odds):.4f}, of {unseen.sum()} texts")
        print(f"held out: calibration error {calibration_error(chance, negative[rest]):.4f}, of {rest.sum()} texts")
    calibration = np.array([slope, intercept, negative[calibrating].mean()], dtype=np.float32)
    print(f"SHA-256 {write_weights(raw._replace(calibration=calibration), arguments.output)}  {arguments.output}")


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m detectors.negativity.train", description=__doc__)
    parser.add_argument("data", type=Path, help="rows of id<TAB>negative|neutral|positive<TAB>text")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where the weights go (.npz)")
    parser.add_argument("--unseen", type=_rows, required=True, metavar="FIRST:LAST", help="lines kept from the teacher")
    parser.add_argument(
        "--rated", type=Path, required=True, metavar="ARCHIVE", help="vaderSentiment-3.3.2.tar.gz, for its rated texts"
    )
    parser.add_argument("--hold-out", action="store_true", help="keep them from the student too, and measure on them")
    parser.add_argument("--work", type=Path, help="folder where the teacher and its opinions are kept for the next run")
    parser.add_argument("--pieces", type=int, default=40_000, help="texts made of pieces of others for it to judge")
    parser.add_argument("--posts", type=int, default=15_000, help="posts made by a grammar for it to judge")
    parser.add_argument("--seed", type=int, default=0)
    try:
        train(parser.parse_args())
    except TocsinError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
