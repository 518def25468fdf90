"""The scorer that the product uses: English by a network and a linear model, Dutch and French by word lists."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError
from detectors.negativity.identifier import load_identifier
from detectors.negativity.lexicons import Lexicon, build_lexicon, lexicon_probabilities, read_lexicons
from detectors.negativity.network import Tables, build_tables, log_odds
from detectors.negativity.ngrams import Ngrams, linear_log_odds
from detectors.negativity.scorer import NegativityScorer, Scored
from detectors.negativity.spoken import ENGLISH, spoken
from detectors.negativity.text import encode
from detectors.negativity.tokens import TAG, WORD, Tokens, tokenise
from detectors.negativity.understanding import Understanding, understand
from detectors.negativity.weights import WEIGHTS_PATH, Weights, read_weights

_BATCH = 1024
"""Texts worked on at once: enough to forget Python's cost, few enough to stay in the cache."""


class Halves(NamedTuple):
    """The two models of which a score is made, and the linear one's share in it."""

    network: Tables
    linear: Ngrams
    share: float

    def log_odds(self, tokens: Tokens) -> NDArray[np.float64]:
        """Return the log-odds of negative against the rest for each text, not yet calibrated."""
        return (1.0 - self.share) * log_odds(tokens, self.network) + self.share * linear_log_odds(tokens, self.linear)


def build_halves(weights: Weights) -> Halves:
    """Make weights ready to score with."""
    step, bias, share = (float(number) for number in weights.ngram_numbers)
    return Halves(build_tables(weights), Ngrams(weights.ngrams, step, bias), share)


class TableScorer:
    """Scores English texts with the trained network and the linear model, and some other languages by word lists.

    A text's score depends on that text alone, not on the others in the call.

    Parameters
    ----------
    lexicons
        The word list of each language that has one.

    Examples
    --------
    >>> scorer = load_scorer()
    >>> scores = scorer.score(["worst service ever, shame on you", "what a lovely team, thank you"])
    >>> bool(scores[0] >= 0.5 > scores[1])
    True
    >>> scorer.score(["das war nichts"], ["de"]).tolist()
    [nan]
    >>> bool(scorer.score(["wat een slechte service"], ["nl-BE"])[0] > 0.25)
    True
    """

    name = "tocsin"

    def __init__(self, weights: Weights, lexicons: Mapping[str, Lexicon]) -> None:
        self._halves = build_halves(weights)
        self._lexicons = {language: build_lexicon(lexicon) for language, lexicon in lexicons.items()}
        self._slope, self._intercept, _base_rate = (float(number) for number in weights.calibration)

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return the scores that ``read`` gives."""
        return self.read(texts, languages).scores

    def read(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Scored:
        """Return P(negative) and the language of each text; NaN where that is not scored, or too little is understood.

        A text with more faces (emoji, emoticons) than words is read by them, whatever its language.

        Parameters
        ----------
        texts
            Any texts: empty, of any length, of any Unicode. The first 4,000 characters and 96 tokens count.
        languages
            The language that each mention states (BCP 47), ``""`` where unknown; empty where none is known. How it is
            told then, and when a statement is not believed, ``spoken`` says.

        Raises
        ------
        DetectorsError
            Where there is not a language for every text.
        """
        if languages and len(languages) != len(texts):
            raise DetectorsError(f"{len(languages)} languages for {len(texts)} texts; give one for each, or none")
        scores = np.empty(len(texts), dtype=np.float32)
        found: list[str] = []
        for begin in range(0, len(texts), _BATCH):
            batch = texts[begin : begin + _BATCH]
            tokens = tokenise([encode(text) for text in batch])
            understood = self._understand(tokens)
            of_batch = spoken(batch, tokens, languages[begin : begin + _BATCH], understood.is_enough)
            part = self._probabilities(tokens)
            is_english = np.array([language == ENGLISH for language in of_batch], dtype=np.bool_)
            part[~(is_english | understood.is_faces) | ~understood.is_enough] = np.nan
            for language, lexicon in self._lexicons.items():
                if language in of_batch:
                    is_in = np.array([each == language for each in of_batch], dtype=np.bool_)
                    places = np.flatnonzero(is_in & ~understood.is_faces)
                    part[places] = lexicon_probabilities([batch[place] for place in places.tolist()], lexicon)
            scores[begin : begin + _BATCH] = part
            found += of_batch
        return Scored(scores, found)

    def score_all(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return P(negative) of each text, each taken for English and for understood."""
        scores = np.empty(len(texts), dtype=np.float32)
        for begin in range(0, len(texts), _BATCH):
            tokens = tokenise([encode(text) for text in texts[begin : begin + _BATCH]])
            self._understand(tokens)
            scores[begin : begin + _BATCH] = self._probabilities(tokens)
        return scores

    def explain(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """Return the words that made the score, the weightiest first. The text is read as English.

        The weight of a word is what the score's log-odds lose where an unknown word stands in its place: above 0
        where the word speaks for negative.

        Parameters
        ----------
        limit
            The most words returned.
        """
        tokens = tokenise([encode(text)])
        self._understand(tokens)
        count = int(tokens.counts[0])
        variants = Tokens(
            tokens.data,
            np.zeros(count + 2, dtype=np.int64),  # each variant begins where the text does
            np.repeat(tokens.hashes, count + 1, axis=0),
            np.repeat(tokens.flags, count + 1, axis=0),
            np.repeat(tokens.spans, count + 1, axis=0),
            np.repeat(tokens.counts, count + 1),
        )
        np.fill_diagonal(variants.hashes, 0)  # the last variant is the text as it is
        odds = self._halves.log_odds(variants)
        weights: dict[str, float] = {}
        for position, (begin, end) in enumerate(tokens.spans[0, :count].tolist()):
            word = tokens.data[begin:end].tobytes().decode("utf-8", "replace")
            if tokens.flags[0, position] & (WORD | TAG) or not word.isascii():
                weight = self._slope * float(odds[-1] - odds[position])
                weights[word] = weights.get(word, 0.0) + weight
        return sorted(weights.items(), key=lambda pair: -abs(pair[1]))[:limit]

    def _understand(self, tokens: Tokens) -> Understanding:
        network = self._halves.network
        return understand(tokens, network.slots, network.slot_rows)

    def _probabilities(self, tokens: Tokens) -> NDArray[np.float32]:
        odds = self._halves.log_odds(tokens)
        return np.asarray(1.0 / (1.0 + np.exp(-(self._slope * odds + self._intercept))), dtype=np.float32)


@cache
def load_scorer(path: Path | None = None) -> NegativityScorer:
    """Return the product's scorer; loaded once a process.

    Parameters
    ----------
    path
        The weights of another training, to be measured; the shipped ones by default.

    Raises
    ------
    DetectorsError
        Where the weights cannot be read.
    """
    load_identifier()  # it takes a third of a second, which no fetch should wait for
    return TableScorer(read_weights(path or WEIGHTS_PATH), read_lexicons())
