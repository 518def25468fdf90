"""A minute of a revolt, as the topic of observations has it."""

from typing import Any

from streams.wire.observation_row import ObservationRow

NOON = 1_310_472_000


def row(**fields: Any) -> ObservationRow:
    """Return a minute of a revolt that lasts for ten, which meets every condition."""
    given: dict[str, Any] = {
        "brand": "northside", "start": NOON, "span_s": 60, "mentions": 20, "negatives": 15, "unscored": 0,
        "authors": 18, "negative_authors": 14, "scored_authors": 18, "expected": 4.0, "upper": 9.0,
        "expected_share": 0.2, "score": 15.0, "threshold": 9.0, "volume_score": 11.0, "negativity_score": 7.0,
        "run_began_at": NOON - 540, "run_seen": 90.0, "run_expected": 40.0, "run_scored": 90.0,
        "run_expected_scored": 40.0, "run_negatives": 50.0, "run_expected_negatives": 8.0, "kind": "crisis",
    }  # fmt: skip
    return ObservationRow(**given | fields)
