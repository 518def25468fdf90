"""The scorer that the product uses: English by a network and a linear model, others by one of these or a word list."""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError
from detectors.negativity.harm.gate import may_report
from detectors.negativity.identifier import load_identifier
from detectors.negativity.lexicons import LEXICONS_SHA256, Lexicon, build_lexicon, lexicon_probabilities, read_lexicons
from detectors.negativity.linear import LANGUAGES_SHA256, LinearModel, read_languages
from detectors.negativity.network import Tables, build_tables, log_odds
from detectors.negativity.ngrams import Ngrams, linear_log_odds
from detectors.negativity.rates import SHIPPED, named
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


class English(NamedTuple):
    """The English models, and their calibration."""

    halves: Halves
    slope: float
    intercept: float

    def log_odds(self, tokens: Tokens) -> NDArray[np.float64]:
        """Return the calibrated log-odds of negative against the rest for each text."""
        return self.slope * self.halves.log_odds(tokens) + self.intercept

    def probabilities(self, tokens: Tokens) -> NDArray[np.float32]:
        """Return P(negative) of each text."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.log_odds(tokens))), dtype=np.float32)


def build_halves(weights: Weights) -> Halves:
    """Make weights ready to score with."""
    step, bias, share = (float(number) for number in weights.ngram_numbers)
    return Halves(build_tables(weights), Ngrams(weights.ngrams, step, bias), share)


class TableScorer:
    """Scores English by the network and the linear model, other languages by a linear model or a word list each.

    A text's score depends on that text alone, not on the others in the call.

    Parameters
    ----------
    linear
        The model of each language that has one.
    lexicons
        The word list of each language that has one, and no model.
    name
        Which scorer this is (``rates.named``).

    Examples
    --------
    >>> scorer = load_scorer()
    >>> scores = scorer.score(["worst service ever, shame on you", "what a lovely team, thank you"])
    >>> bool(scores[0] >= 0.5 > scores[1])
    True
    >>> scorer.score(["to nie jest dobre"], ["pl"]).tolist()
    [nan]
    >>> scores = scorer.score(["was für ein schrecklicher Service", "wat een slechte service"], ["de-AT", "nl-BE"])
    >>> (scores > 0.25).tolist()
    [True, True]
    """

    def __init__(
        self,
        weights: Weights,
        linear: Mapping[str, LinearModel],
        lexicons: Mapping[str, Lexicon],
        name: str = SHIPPED,
    ) -> None:
        self.name = name
        slope, intercept, _base_rate = (float(number) for number in weights.calibration)
        self._english = English(build_halves(weights), slope, intercept)
        self._linear = dict(linear)
        self._lexicons = {name: build_lexicon(lexicon) for name, lexicon in lexicons.items() if name not in linear}

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that are scored, in two letters."""
        return tuple(sorted({ENGLISH, *self._linear, *self._lexicons}))

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
        scores = np.full(len(texts), np.nan, dtype=np.float32)
        found: list[str] = []
        harmful: list[int] = []
        for begin in range(0, len(texts), _BATCH):
            batch = texts[begin : begin + _BATCH]
            tokens = tokenise([encode(text) for text in batch])
            understood = self._understand(tokens)
            of_batch = spoken(batch, tokens, languages[begin : begin + _BATCH], understood.is_enough)
            part = scores[begin : begin + _BATCH]
            is_english = np.array([language == ENGLISH for language in of_batch], dtype=np.bool_)
            places = np.flatnonzero((is_english | understood.is_faces) & understood.is_enough)
            if len(places) == len(batch):
                part[:] = self._english.probabilities(tokens)
            elif places.size:
                part[places] = self._english.probabilities(tokens.of(places))
            may_report_harm = is_english & understood.is_enough & may_report(batch, tokens)
            harmful += (begin + np.flatnonzero(may_report_harm)).tolist()
            for language in {*of_batch} & (self._linear.keys() | self._lexicons.keys()):
                is_in = np.array([each == language for each in of_batch], dtype=np.bool_)
                places = np.flatnonzero(is_in & ~understood.is_faces)
                part[places] = self._foreign(language, batch, tokens, places)
            found += of_batch
        return Scored(scores, found, frozenset(harmful))

    def score_all(self, texts: Sequence[str], language: str = ENGLISH) -> NDArray[np.float32]:
        """Return P(negative) of each text, each taken for of one language and for understood.

        NaN remains where a language is scored by a word list, which says nothing of a text of which it knows no word.

        Raises
        ------
        DetectorsError
            Where the language is not scored.
        """
        if language in self._lexicons:
            return lexicon_probabilities(texts, self._lexicons[language])
        if language not in self.languages:
            raise DetectorsError(f"{language!r} is not scored; one of {', '.join(self.languages)} is")
        model: English | LinearModel = self._linear.get(language) or self._english
        scores = np.empty(len(texts), dtype=np.float32)
        for begin in range(0, len(texts), _BATCH):
            tokens = tokenise([encode(text) for text in texts[begin : begin + _BATCH]])
            self._understand(tokens)
            scores[begin : begin + _BATCH] = model.probabilities(tokens)
        return scores

    def explain(self, text: str, limit: int = 5, language: str = ENGLISH) -> list[tuple[str, float]]:
        """Return the words that made the score, the weightiest first.

        The weight of a word is what the score's log-odds lose where an unknown word stands in its place: above 0
        where the word speaks for negative. Of a language that is scored by a word list nothing is told.

        Parameters
        ----------
        limit
            The most words returned.
        language
            The language that the text is read as; one that is not scored is read as English, for its faces.
        """
        if language in self._lexicons:
            return []
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
        odds = (self._linear.get(language) or self._english).log_odds(variants)
        weights: dict[str, float] = {}
        for position, (begin, end) in enumerate(tokens.spans[0, :count].tolist()):
            word = tokens.data[begin:end].tobytes().decode("utf-8", "replace")
            if tokens.flags[0, position] & (WORD | TAG) or not word.isascii():
                weights[word] = weights.get(word, 0.0) + float(odds[-1] - odds[position])
        return sorted(weights.items(), key=lambda pair: -abs(pair[1]))[:limit]

    def _foreign(
        self, language: str, batch: Sequence[str], tokens: Tokens, places: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Score the texts of a batch that are in a language other than English."""
        if (model := self._linear.get(language)) is None:
            return lexicon_probabilities([batch[place] for place in places.tolist()], self._lexicons[language])
        own = tokens.of(places)
        return np.where(model.is_understood(own), model.probabilities(own), np.float32(np.nan))

    def _understand(self, tokens: Tokens) -> Understanding:
        network = self._english.halves.network
        return understand(tokens, network.slots, network.slot_rows)


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
    weights = read_weights(path or WEIGHTS_PATH)
    name = SHIPPED if path is None else named(sha256(path.read_bytes()).hexdigest(), LANGUAGES_SHA256, LEXICONS_SHA256)
    return TableScorer(weights, read_languages(), read_lexicons(), name)
