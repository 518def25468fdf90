"""A backtest compares incidents with peers as the worker does, however the mentions are divided."""

import io
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from alerts.backtest.run import Backtest
from alerts.cli.backtest import _print_table
from alerts.configuration.configuration import Configuration
from alerts.incidents.incident import Incident
from alerts.presentation import sentences
from alerts.simulation.stories.sector import FIVE
from alerts.simulation.stories.strands import days, invented, wave
from alerts.simulation.stories.synthetic_mentions import mentions
from alerts.simulation.stories.texts.grievances import SNOWED_IN
from alerts.simulation.stories.texts.outrage import outrage
from alerts.simulation.stories.texts.services import AIRLINE
from detectors.negativity.model import load_scorer
from streams.mention import Mention

THREE = tuple(replace(brand, peers=tuple(peer.id for peer in FIVE[:3] if peer != brand)) for brand in FIVE[:3])
AT_H = 26.0


@pytest.fixture(scope="module")
def told() -> list[Mention]:
    """Tell of three airlines, a day old: snow comes over the first two of them."""
    storm = ((outrage(SNOWED_IN), 1.0),)
    waves = [
        wave(brand, storm, AT_H + late_h, ((0, 3.0), (2, 3.0)), author_prefix=brand.id)
        for brand, late_h in zip(THREE[:2], (0.0, 0.1), strict=True)
    ]
    ordinary = [days(brand, AIRLINE, 0.4) for brand in THREE]
    return list(mentions(invented("snow", "Snow", THREE, [*ordinary, *waves], hours=AT_H + 3, truth=())))


def run(told: Sequence[Mention], batch: int) -> Backtest:
    made = Backtest([brand.watched for brand in THREE], {}, load_scorer())
    for first in range(0, len(told), batch):
        list(made.take(told[first : first + batch]))
    list(made.finish())
    return made


def crises(made: Backtest) -> dict[str, Incident]:
    return {incident.brand: incident for incident in made.incidents.values() if incident.kind == "crisis"}


@pytest.fixture(scope="module")
def made(told: list[Mention]) -> Backtest:
    return run(told, 50)


def test_the_first_brand_is_told_of_its_peers_as_of_its_opening_and_again_later(made):
    incident = crises(made)["north-air"]
    compared = [change for change in incident.changes if change.type == "compared"]

    assert incident.comparison is not None
    assert len(compared) >= 2
    assert all((change.event_at or 1) % 60 == 0 for change in compared)
    assert [(level.brand, level.standing) for level in incident.comparison.peers] == [
        ("harbour-air", "unusual"), ("river-air", "new"),
    ]  # fmt: skip


def test_the_same_mentions_divided_otherwise_give_the_same_comparisons(made, told):
    others = crises(run(told, 5_000))

    for brand, incident in crises(made).items():
        other = others[brand]
        assert other.comparison == incident.comparison
        assert [(c.event_at, c.note) for c in other.changes if c.type == "compared"] == [
            (c.event_at, c.note) for c in incident.changes if c.type == "compared"
        ]


def test_the_report_says_it_beside_the_reason(made, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    out = io.StringIO()

    _print_table(made, Configuration(), (), out)

    said = " ".join(out.getvalue().split())
    assert sentences.peers(crises(made)["north-air"]) in said
