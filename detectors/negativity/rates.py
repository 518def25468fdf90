"""Which scorer this is, and how often each one known reads a text as negative that is, and that is not.

A brand is compared with its own ordinary share, which the scorer of those days has read. Where another takes its place,
that share is moved by what is known of both (``change``).
"""

import hashlib
import math
from collections.abc import Mapping

from msgspec import Struct

from detectors.negativity.lexicons import LEXICONS_SHA256
from detectors.negativity.linear import LANGUAGES_SHA256
from detectors.negativity.weights import WEIGHTS_SHA256
from detectors.scorer_change import ScorerChange

RULES = 1
"""Of all that decides a score beside the tables (tokens, what is understood, languages, whom a text blames): raise it
where a text may be read otherwise. A test asks for it."""


def named(*tables: str) -> str:
    """Return the name of a scorer: another one for other tables and for other rules.

    Parameters
    ----------
    tables
        SHA-256 of each file of numbers.
    """
    return "tocsin-" + hashlib.sha256(f"{RULES} {' '.join(tables)}".encode()).hexdigest()[:12]


SHIPPED = named(WEIGHTS_SHA256, LANGUAGES_SHA256, LEXICONS_SHA256)
"""The name of the scorer that is shipped."""

BEFORE_IT_WAS_SAID = "tocsin-eb8f7f91417f"
"""The scorer of the releases that did not say which theirs was."""


class Rates(Struct, frozen=True, array_like=True):
    """How one scorer reads labelled texts of one language, from ``detectors.post.NEGATIVE`` on.

    Parameters
    ----------
    found, wronged
        The share read as negative of the texts that are, and of the others.
    negatives, others
        How many there were of each; 0 for a difference that is exact, of a simulated scorer.
    """

    found: float
    wronged: float
    negatives: int
    others: int


Known = Mapping[str, Mapping[str, Rates]]
"""Rates by the scorer's name and by language."""

KNOWN: Known = {
    BEFORE_IT_WAS_SAID: {
        "en": Rates(0.7296, 0.1157, 4774, 3690),
        "ar": Rates(0.62, 0.13, 721, 1442),
        "de": Rates(0.56, 0.13, 721, 1442),
        "es": Rates(0.46, 0.13, 721, 1442),
        "fr": Rates(0.65, 0.11, 721, 1442),
        "it": Rates(0.55, 0.13, 721, 1442),
        "pt": Rates(0.51, 0.13, 721, 1442),
        "nl": Rates(0.60, 0.08, 1000, 1000),
    },
}
"""English: tweets to three airlines, of which none was learned from (``python -m detectors.bench.negativity``). The
linear models: each post by a model that has not seen it (``train.languages --measure``). Dutch: halves of the reviews,
each with the weights of the other (``train.lexicons``), taken for a thousand of each kind. A scorer of another name
gets a line here, measured on the same texts, when its tables are made; those before it stay."""

_UNTOLD = "en"
"""A text that states no language is read as English, unless it shows that it is not."""


def change(before: str, after: str, languages: Mapping[str, float], known: Known = KNOWN) -> ScorerChange | None:
    """Return what changes with the scorer for a brand, ``None`` where that is not known.

    Parameters
    ----------
    before, after
        Names of scorers.
    languages
        Of the brand's talk, with weights above 0; an empty one is a mention that states none. Languages that neither
        scorer reads do not matter.
    known
        The rates of each scorer.

    Examples
    --------
    >>> rates = {"a": {"en": Rates(0.7, 0.1, 1000, 1000)}, "b": {"en": Rates(0.8, 0.2, 1000, 1000)}}
    >>> round(change("a", "b", {"en": 1.0}, rates).of(0.4), 6)
    0.5
    >>> change("a", "c", {"en": 1.0}, rates) is None
    True
    """
    if before not in known or after not in known:
        return None
    of_before, of_after = known[before], known[after]
    weights: dict[str, float] = {}
    for language, weight in languages.items():
        main = language.partition("-")[0] or _UNTOLD
        if main in of_before or main in of_after:
            weights[main] = weights.get(main, 0.0) + weight
    weights = weights or {_UNTOLD: 1.0}
    if any(language not in of_before or language not in of_after for language in weights):
        return None
    total = sum(weights.values())
    parts = [(of_before[language], of_after[language], weight / total) for language, weight in weights.items()]
    pairs = [(one, other, weight) for one, other, weight in parts if one != other]
    return ScorerChange(
        wronged=(sum(one.wronged * w for one, _, w in parts), sum(other.wronged * w for _, other, w in parts)),
        found=(sum(one.found * w for one, _, w in parts), sum(other.found * w for _, other, w in parts)),
        wronged_error=math.sqrt(
            sum(w * w * (_variance(a.wronged, a.others) + _variance(b.wronged, b.others)) for a, b, w in pairs)
        ),
        found_error=math.sqrt(
            sum(w * w * (_variance(a.found, a.negatives) + _variance(b.found, b.negatives)) for a, b, w in pairs)
        ),
    )


def _variance(share: float, texts: int) -> float:
    return share * (1.0 - share) / texts if texts else 0.0
