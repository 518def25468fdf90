"""Which scorer is shipped, and what is known of it and of those before it."""

import hashlib

import numpy as np
import pytest

from detectors.bench.negativity import synthetic_texts
from detectors.negativity.linear import LANGUAGES
from detectors.negativity.model import load_scorer
from detectors.negativity.rates import BEFORE_IT_WAS_SAID, KNOWN, SHIPPED, Rates, change, named
from detectors.post import NEGATIVE

READ_AS = {"tocsin-eb8f7f91417f": "da61f7bf"}
"""How each scorer reads some texts, in eight digits of a hash. Where this fails for the shipped one, what it reads has
changed: raise ``rates.RULES``, and measure the rates of the new name for ``rates.KNOWN``."""
TEXTS = [
    *((text, "en") for text in synthetic_texts(2_000)),
    *((text, language) for text in synthetic_texts(50, seed=1) for language in ("", "de-AT", "nl", "pl")),
    ("Das ist wirklich eine Schande, nie wieder", "de"),
    ("Quelle honte, plus jamais", "fr"),
    ("wat een slechte service", "nl"),
    ("😡😡", ""),
    ("", "en"),
]


def test_the_name_of_the_scorer_is_another_where_it_reads_otherwise():
    scores = load_scorer().score([text for text, _ in TEXTS], [language for _, language in TEXTS])
    read = np.where(np.isnan(scores), 2, scores >= NEGATIVE).astype(np.uint8)

    assert READ_AS[SHIPPED] == hashlib.sha256(read.tobytes()).hexdigest()[:8]


def test_the_scorer_states_its_name_and_other_tables_and_rules_make_another(monkeypatch):
    assert load_scorer().name == SHIPPED
    assert named("a", "b") != named("a", "c")
    before = named("a", "b")
    monkeypatch.setattr("detectors.negativity.rates.RULES", 2)
    assert named("a", "b") != before


@pytest.mark.parametrize("name", [SHIPPED, BEFORE_IT_WAS_SAID])
def test_every_language_that_is_scored_has_its_rates(name):
    assert KNOWN[name].keys() == {"en", "nl", *LANGUAGES}
    assert all(0 < rates.wronged < rates.found < 1 for rates in KNOWN[name].values())


OLD, NEW = Rates(0.7, 0.1, 400, 900), Rates(0.8, 0.2, 400, 900)


def test_a_language_that_both_read_alike_changes_nothing():
    known = {"a": {"en": OLD, "de": OLD}, "b": {"en": OLD, "de": NEW}}
    english, german = change("a", "b", {"en": 1.0}, known), change("a", "b", {"de": 1.0}, known)
    half = change("a", "b", {"en-GB": 1.0, "de": 1.0, "ja": 5.0}, known)

    assert english is not None
    assert german is not None
    assert half is not None
    assert english.of(0.4) == pytest.approx(0.4)
    assert english.error(0.4) == pytest.approx(0.0)
    assert german.of(0.4) == pytest.approx(0.5)
    assert german.wronged_error == pytest.approx((0.09 / 900 + 0.16 / 900) ** 0.5)
    assert half.of(0.4) == pytest.approx(0.45)


def test_what_states_no_language_counts_as_english_and_so_does_a_brand_without_any():
    known = {"a": {"en": OLD}, "b": {"en": NEW}}

    assert change("a", "b", {"": 1.0}, known) == change("a", "b", {}, known) == change("a", "b", {"en": 3.0}, known)


@pytest.mark.parametrize(
    ("before", "after", "language"), [("a", "c", "en"), ("c", "a", "en"), ("a", "b", "de"), ("b", "a", "de")]
)
def test_the_difference_from_a_scorer_or_a_language_without_rates_is_not_known(before, after, language):
    known = {"a": {"en": OLD, "de": OLD}, "b": {"en": NEW}}

    assert change(before, after, {language: 1.0, "en": 4.0}, known) is None
