"""The estimators keep River's conventions: its own suite of checks, on bins instead of its credit cards."""

from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet
from numpy.random import default_rng
from river import checks, metrics

from detectors.decision.negativity_detector import NegativityDetector
from detectors.decision.outbreak_detector import OutbreakDetector
from detectors.decision.volume import VolumeDetector

ESTIMATORS = [VolumeDetector(), NegativityDetector(), OutbreakDetector()]


class Bins:
    """Minutes of a brand, labelled: every 50th is part of an outbreak."""

    def __init__(self, count: int = 800) -> None:
        rng = default_rng(7)
        self._rows = []
        for minute in range(count):
            odd = minute >= 100 and minute % 50 < 2
            authors = int(rng.poisson(60 if odd else 10))
            self._rows.append(
                (
                    {
                        "start": minute * 60,
                        "span_s": 60,
                        "elapsed_s": 60,
                        "authors": authors,
                        "scored_authors": authors,
                        "negative_authors": int(rng.binomial(authors, 0.8 if odd else 0.2)),
                    },
                    odd,
                )
            )

    def __iter__(self) -> Iterator[tuple[dict[str, int], bool]]:
        return iter(self._rows)


def all_checks() -> Iterator[ParameterSet]:
    with pytest.MonkeyPatch.context() as patch:
        # River would download a table of credit cards.
        patch.setattr(checks, "_yield_datasets", lambda _model, scale=1: iter([Bins(800 * scale)]))
        for estimator in ESTIMATORS:
            for check in checks.yield_checks(estimator):
                # The one that needs scikit-learn is the test below.
                if check.__name__ != "check_roc_auc":
                    name = f"{type(estimator).__name__}-{check.__name__}"
                    yield pytest.param(estimator, check, id=name)


@pytest.mark.parametrize(("estimator", "check"), list(all_checks()))
def test_it_passes_the_check_of_river(estimator, check):
    check(estimator.clone())


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: type(estimator).__name__)
def test_outbreaks_score_higher_than_ordinary_bins(estimator):
    detector = estimator.clone()
    area = metrics.ROCAUC()
    for x, odd in Bins():
        area.update(odd, min(1.0, detector.score_one(x) / 25))
        detector.learn_one(x)

    assert area.get() > 0.75


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: type(estimator).__name__)
def test_scoring_changes_nothing(estimator):
    detector = estimator.clone()
    rows = [x for x, _ in Bins(100)]
    for x in rows[:90]:
        detector.learn_one(x)

    once = [detector.score_one(x) for x in rows[90:]]

    assert [detector.score_one(x) for x in rows[90:]] == once
