"""Makes the linear models of other languages than English, and measures them: run this module with ``--help``.

Each language has 2,163 labelled posts. A larger model (``encoder``), with a regression on it that these posts fitted,
says what it makes of the same posts, and of others that nobody labelled (``posts_unlabelled``). A logistic regression
on words, pairs and pieces of words learns from labels and opinions. Further inputs are what a table fitted on the
other languages says of a text, what the English one says, and what a public list of words says. Since these are sums
over the same slots, they are folded into the language's own table, and cost nothing to score.
"""

# ruff: noqa: T201 - a command that says what it does

import argparse
import html
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import TocsinError
from detectors.negativity.accuracy import average_precision
from detectors.negativity.linear import LANGUAGES, LANGUAGES_PATH, LinearModel, write_languages
from detectors.negativity.ngrams import PART, Ngrams
from detectors.negativity.train.calibration import fit_calibration
from detectors.negativity.train.data import LABELS, read_labelled
from detectors.negativity.train.encoder import Encoder, opinions
from detectors.negativity.train.lexicons import NEGATIVE_SHARE
from detectors.negativity.train.posts_unlabelled import FOLDS, Unlabelled, gather, parts_of
from detectors.negativity.train.regression import FEWEST, Counts, count, fit, shared, texts_with, tokens_of
from detectors.negativity.train.word_lists import WORD_LISTS, blame
from detectors.negativity.weights import WEIGHTS_PATH, read_weights
from detectors.post import NEGATIVE

KIN = ("de", "es", "fr", "it", "pt")
"""Languages in Latin letters, of which each learns from the others."""

_LABEL_SHARE = 0.7
"""What a label counts beside the larger model's opinion of the same post."""

_UNLABELLED = 0.5
"""What a text counts of which only an opinion is known, beside a labelled post."""

_PENALTY, _PENALTY_KIN, _PENALTY_FOLDED = 4.0, 10.0, 1.0
_LARGEST = 127
_CLIPPED = 0.9995
"""Share of the weights that must fit into 8 bits; the few beyond are cut, so that the others have finer steps."""

_RESAMPLES = 1_000


class Posts(NamedTuple):
    """One language's labelled posts."""

    texts: list[str]
    negative: NDArray[np.bool_]
    counts: Counts


class Extra(NamedTuple):
    """One language's texts without labels.

    Parameters
    ----------
    texts, counts
        The texts, people's first, and their slots.
    parts
        The part of the labelled posts that each is made of, -1 for people's.
    """

    texts: list[str]
    counts: Counts
    parts: NDArray[np.int64]


class Table(NamedTuple):
    """A table of weights not yet in 8 bits, and what the sum starts from."""

    weights: NDArray[np.float64]
    bias: float

    def odds(self, counts: Counts) -> NDArray[np.float64]:
        """Return the sum of each text."""
        words, pieces = self.weights[: 2 * PART], self.weights[2 * PART :]
        return np.asarray(shared(counts.words) @ words + shared(counts.pieces) @ pieces + self.bias)

    def ngrams(self) -> Ngrams:
        """Return it in 8 bits."""
        size = np.abs(self.weights[self.weights != 0.0])
        step = float(np.float32(np.quantile(size, _CLIPPED) / _LARGEST)) if size.size else 1.0
        cells = np.clip(np.rint(self.weights / step), -_LARGEST, _LARGEST).astype(np.int8)
        return Ngrams(cells, step, float(np.float32(self.bias)))


def read_posts(path: Path) -> Posts:
    """Read labelled posts.

    Raises
    ------
    DetectorsError
        Where a row is not ``id<TAB>label<TAB>text``.
    """
    labels = read_labelled(path).labels
    with path.open(encoding="utf-8") as rows:
        texts = [html.unescape(row.rstrip("\n").split("\t", 2)[2]) for row in rows]
    return Posts(texts, labels == LABELS.index("negative"), count(texts, tokens_of))


def stacked(*parts: Counts) -> Counts:
    """Return the counts of several groups of texts, one below the other."""
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return Counts(*(sparse.vstack(matrices).tocsr() for matrices in zip(*parts, strict=True)))


def of_rows(counts: Counts, rows: NDArray[np.bool_]) -> Counts:
    """Return the counts of some texts."""
    return Counts(counts.words[rows], counts.pieces[rows])


class _Inputs(NamedTuple):
    """Columns for the regression: slots that enough people's texts have, each weighted by how rare it is."""

    matrix: Any
    slots: NDArray[np.int64]
    rarity: NDArray[np.float64]

    def table(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = np.zeros(3 * PART)
        weights[self.slots] = numbers[: len(self.slots)] * self.rarity
        return weights


def _inputs(counts: Counts, written: NDArray[np.bool_]) -> _Inputs:
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    matrices, slots, rarities = [], [], []
    for matrix, offset in ((counts.words, 0), (counts.pieces, 2 * PART)):
        texts = texts_with(matrix[written])
        known = np.flatnonzero(texts >= FEWEST)
        rarity = np.log((1.0 + written.sum()) / (1.0 + texts[known])) + 1.0
        matrices.append(shared(matrix)[:, known] @ sparse.diags(rarity))
        slots.append(known + offset)
        rarities.append(rarity)
    return _Inputs(sparse.hstack(matrices).tocsr(), np.concatenate(slots), np.concatenate(rarities))


def train_kin(posts: list[Posts]) -> Table:
    """Fit one table to the labelled posts of several languages."""
    counts = stacked(*(each.counts for each in posts))
    inputs = _inputs(counts, np.ones(counts.words.shape[0], dtype=np.bool_))
    targets = np.concatenate([each.negative for each in posts]).astype(np.float64)
    numbers = fit(inputs.matrix, targets, _PENALTY_KIN)
    return Table(inputs.table(numbers), float(numbers[-1]))


def train_one(counts: Counts, written: NDArray[np.bool_], learned: "Learned", folded: list[Table]) -> Table:
    """Fit one language's table.

    Parameters
    ----------
    counts, written
        The texts, and which are people's: what is too rare in these has no weight.
    learned
        What is to be learned of each.
    folded
        Tables whose sums are inputs too.
    """
    from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]

    inputs = _inputs(counts, written)
    sums = [table.odds(counts) for table in folded]
    labelled = learned.weights == 1.0
    middles = [float(column[labelled].mean()) for column in sums]
    spreads = [float(column[labelled].std()) for column in sums]
    columns = [
        sparse.csr_matrix((column - middle) / spread).T
        for column, middle, spread in zip(sums, middles, spreads, strict=True)
    ]
    penalty = np.r_[np.full(len(inputs.slots), _PENALTY), np.full(len(folded), _PENALTY_FOLDED)]
    numbers = fit(sparse.hstack([inputs.matrix, *columns]).tocsr(), learned.targets, penalty, learned.weights)
    weights, bias = inputs.table(numbers), float(numbers[-1])
    for table, number, middle, spread in zip(folded, numbers[len(inputs.slots) : -1], middles, spreads, strict=True):
        weights += number / spread * table.weights
        bias += number / spread * (table.bias - middle)
    return Table(weights, bias)


class Learned(NamedTuple):
    """What is to be learned of each text: the probability that it is negative, and how much it counts."""

    targets: NDArray[np.float64]
    weights: NDArray[np.float64]


class Recipe:
    """All that the models are made of, and how one is made.

    Parameters
    ----------
    posts
        Labelled posts by language.
    unlabelled
        Texts without labels.
    encoder
        The larger model.
    lists
        How much each slot's word blames, for languages with a list of words.
    """

    def __init__(
        self,
        posts: dict[str, Posts],
        unlabelled: Unlabelled,
        encoder: Encoder,
        lists: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> None:
        self.posts = posts
        self._encoder = encoder
        self._lists = lists or {}
        self._extra = {language: _extra(unlabelled, language) for language in posts}
        shipped = read_weights(WEIGHTS_PATH)
        step, bias, _share = (float(number) for number in shipped.ngram_numbers)
        self._english = Table(shipped.ngrams.astype(np.float64) * step, bias)

    def folded(self, language: str) -> list[Table]:
        """Return the tables that are folded into a language's own: the other languages', the English one, its list."""
        kin = [self.posts[other] for other in KIN if other != language and other in self.posts]
        listed = [Table(self._lists[language], 0.0)] if language in self._lists else []
        return [train_kin(kin), self._english, *listed]

    def train(self, language: str, folded: list[Table], left_out: int | None = None) -> Table:
        """Fit one language's table, to all its posts or to all but one part's."""
        posts, extra = self.posts[language], self._extra[language]
        own = np.ones(len(posts.texts), dtype=np.bool_)
        further = np.ones(len(extra.texts), dtype=np.bool_)
        if left_out is not None:
            own, further = parts_of(len(posts.texts)) != left_out, extra.parts != left_out
        vectors = self._encoder.vectors(posts.texts)[own]
        others = self._encoder.vectors([text for text, taken in zip(extra.texts, further, strict=True) if taken])
        of_own, of_others = opinions(vectors, posts.negative[own], [vectors, others])
        targets = _LABEL_SHARE * posts.negative[own] + (1.0 - _LABEL_SHARE) * of_own
        learned = Learned(
            np.concatenate([targets, of_others]), np.r_[np.ones(len(targets)), np.full(len(of_others), _UNLABELLED)]
        )
        counts = stacked(of_rows(posts.counts, own), of_rows(extra.counts, further))
        written = np.r_[np.ones(len(targets), dtype=np.bool_), extra.parts[further] < 0]
        return train_one(counts, written, learned, folded)

    def odds_of_unseen(self, language: str) -> NDArray[np.float64]:
        """Return the log-odds of each labelled post by a table that has learned from the other parts, as shipped."""
        posts, folded = self.posts[language], self.folded(language)
        odds = np.empty(len(posts.texts))
        parts = parts_of(len(posts.texts))
        for part in range(FOLDS):
            model = LinearModel(self.train(language, folded, part).ngrams(), 1.0, 0.0)
            places = np.flatnonzero(parts == part)
            odds[places] = model.log_odds(tokens_of([posts.texts[place] for place in places.tolist()]))
        return odds


def _extra(unlabelled: Unlabelled, language: str) -> Extra:
    written, made = unlabelled.written.get(language, []), unlabelled.made.get(language, [])
    texts = [*written, *(each.text for each in made)]
    parts = np.array([-1] * len(written) + [each.part for each in made], dtype=np.int64)
    counts = of_rows(count([*texts, ""], tokens_of), np.arange(len(texts) + 1) < len(texts))
    return Extra(texts, counts, parts)


def calibrated(odds: NDArray[np.float64], negative: NDArray[np.bool_]) -> tuple[float, float]:
    """Return slope and intercept that make probabilities where ``NEGATIVE_SHARE`` of the posts are negative.

    The labelled posts are negative in another share, so the intercept moves by what lies between the two.
    """
    slope, intercept = fit_calibration(odds, negative)
    share = float(negative.mean())
    return slope, intercept + _logit(NEGATIVE_SHARE) - _logit(share)


def _logit(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


def measure(recipe: Recipe, language: str) -> None:
    """Print how well a language's recipe does on posts that it has not learned from."""
    negative = recipe.posts[language].negative
    odds = recipe.odds_of_unseen(language)
    parts = parts_of(len(odds))
    found = np.empty(len(odds), dtype=np.bool_)
    for part in range(FOLDS):
        slope, intercept = calibrated(odds[parts != part], negative[parts != part])
        found[parts == part] = slope * odds[parts == part] + intercept >= _logit(NEGATIVE)
    dice = np.random.default_rng(0)
    picks = (dice.integers(0, len(odds), len(odds)) for _ in range(_RESAMPLES))
    low, high = np.percentile([average_precision(negative[pick], odds[pick]) for pick in picks], [2.5, 97.5])
    print(
        f"{language}: {len(odds)} posts, {negative.mean():.3f} negative, AP {average_precision(negative, odds):.3f} "
        f"({low:.3f}-{high:.3f}), found {found[negative].mean():.2f}, wronged {found[~negative].mean():.2f}",
        flush=True,
    )


def model_of(recipe: Recipe, language: str) -> LinearModel:
    """Make the model that is shipped: taught by all posts, calibrated on posts that were unseen in turn."""
    slope, intercept = calibrated(recipe.odds_of_unseen(language), recipe.posts[language].negative)
    return LinearModel(recipe.train(language, recipe.folded(language)).ngrams(), slope, intercept)


def main(arguments: list[str] | None = None) -> None:
    """Make the models, or measure them."""
    parser = argparse.ArgumentParser(prog="python -m detectors.negativity.train.languages", description=main.__doc__)
    parser.add_argument("posts", type=Path, help="folder of LANGUAGE.tsv, rows of id<TAB>label<TAB>text")
    parser.add_argument("packages", type=Path, help="folder of downloaded packages; docs/negativity.md says which")
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps what the larger model has read")
    parser.add_argument("-o", "--out", type=Path, default=LANGUAGES_PATH, help="where the models are written")
    parser.add_argument("--measure", action="store_true", help="print figures of unseen posts instead of writing")
    given = parser.parse_args(arguments)
    try:
        given.work.mkdir(parents=True, exist_ok=True)
        posts = {language: read_posts(given.posts / f"{language}.tsv") for language in LANGUAGES}
        unlabelled = gather(given.packages, {language: each.texts for language, each in posts.items()})
        lists = {language: blame(given.packages, language) for language in WORD_LISTS}
        recipe = Recipe(posts, unlabelled, Encoder(given.work / "vectors.npz"), lists)
        if given.measure:
            for language in LANGUAGES:
                measure(recipe, language)
            return
        print(write_languages({each: model_of(recipe, each) for each in LANGUAGES}, given.out), given.out)
    except (TocsinError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
