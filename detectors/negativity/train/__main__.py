"""Train the negativity scorer from labelled texts."""

# ruff: noqa: T201 - a command that says what it does

import argparse
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from numpy.typing import NDArray

from detectors.errors import TocsinError
from detectors.negativity.accuracy import average_precision, calibration_error
from detectors.negativity.model import build_halves
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise
from detectors.negativity.train.calibration import fit_calibration
from detectors.negativity.train.data import LABELS, Labelled, read_labelled
from detectors.negativity.train.linear import train_linear
from detectors.negativity.train.posts import make_posts
from detectors.negativity.train.resources import read_resources
from detectors.negativity.train.student import Recipe, encode_texts, to_weights, train_student
from detectors.negativity.train.synthesis import synthesise, words_alike
from detectors.negativity.train.teacher import train_teacher
from detectors.negativity.train.vocabulary import build_vocabulary
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
    """The teacher's probabilities: of the labelled texts that it may see, and of those that were made."""

    labelled: NDArray[np.float32]
    pieces: NDArray[np.float32]
    posts: NDArray[np.float32]


def _opinions(
    data: Labelled, unseen: NDArray[np.bool_], pieces: list[str], posts: list[str], arguments: argparse.Namespace
) -> _Opinions:
    kept = arguments.work / "opinions.npz" if arguments.work else None
    if kept and kept.exists():
        with np.load(kept) as arrays:
            return _Opinions(**arrays)
    checking = np.zeros(len(unseen), dtype=bool)
    checking[np.random.default_rng(arguments.seed + 1).permutation(np.flatnonzero(~unseen))[:_CHECKING]] = True
    taught = ~(unseen | checking)
    teacher = train_teacher(
        [text for text, known in zip(data.texts, taught, strict=True) if known],
        data.labels[taught],
        arguments.seed,
        arguments.work / "teacher.pt" if arguments.work else None,
    )
    seen = [text for text, skip in zip(data.texts, unseen, strict=True) if not skip]
    labelled = np.zeros((len(data.texts), len(LABELS)), dtype=np.float32)
    labelled[~unseen] = _softmax(teacher.judge(seen))
    precision = _precision(data, checking, labelled[:, 0])
    print(f"teacher: average precision {precision:.4f} on lines kept from it", flush=True)
    opinions = _Opinions(labelled, _softmax(teacher.judge(pieces)), _softmax(teacher.judge(posts)))
    if kept:
        np.savez(kept, **opinions._asdict())
    return opinions


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
    data = read_labelled(arguments.data)
    unseen = np.zeros(len(data.texts), dtype=bool)
    unseen[arguments.unseen] = True
    random = np.random.default_rng(arguments.seed)
    calibrating = np.zeros(len(unseen), dtype=bool)
    calibrating[random.permutation(np.flatnonzero(unseen))[:_CALIBRATING]] = True
    taught = ~unseen if arguments.hold_out else ~calibrating
    texts = [text for text, known in zip(data.texts, taught, strict=True) if known]
    resources = read_resources()
    vocabulary = build_vocabulary(texts, resources)
    print(f"{len(data.texts)} texts, {len(texts)} to learn from, {len(vocabulary.hashes)} words")

    recipe = Recipe()
    sources = [text for text, skip in zip(data.texts, unseen, strict=True) if not skip]
    source_words = build_vocabulary(sources, resources)
    alike = words_alike(source_words)
    pieces = synthesise(sources, source_words, alike, arguments.pieces, arguments.seed)
    posts = make_posts(arguments.posts, arguments.seed, alike)
    opinions = _opinions(data, unseen, pieces, posts, arguments)
    truth = np.eye(len(LABELS), dtype=np.float32)[data.labels]
    targets = recipe.teacher_share * opinions.labelled + (1.0 - recipe.teacher_share) * truth
    written = len(texts)
    texts += [*pieces, *posts]
    goals = np.concatenate([targets[taught], opinions.pieces, opinions.posts])
    linear = train_linear(texts, goals[:, 0], vocabulary, written)
    print("linear half: done", flush=True)
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
    parser.add_argument("--hold-out", action="store_true", help="keep them from the student too, and measure on them")
    parser.add_argument("--work", type=Path, help="folder where the teacher and its opinions are kept for the next run")
    parser.add_argument("--pieces", type=int, default=80_000, help="texts made of pieces of others for it to judge")
    parser.add_argument("--posts", type=int, default=30_000, help="posts made by a grammar for it to judge")
    parser.add_argument("--seed", type=int, default=0)
    try:
        train(parser.parse_args())
    except TocsinError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
