"""A bin, as the topic of observations has it."""

from streams.wire.observation_row import ObservationRow


def row(brand: str, start: int, count: int) -> ObservationRow:
    return ObservationRow(
        brand=brand, start=start, span_s=60, mentions=count, negatives=0, unscored=0, authors=count, negative_authors=0,
        expected=1.0, upper=2.0, expected_share=0.2, score=0.0, threshold=1.0,
    )  # fmt: skip
