"""What an undisturbed run makes of the same input: bins counted by hand, incidents told by the backtest."""

from collections.abc import Sequence

from msgspec import Struct

from alerts.backtest.run import Backtest
from alerts.incidents.incident import Incident
from detectors.negativity.model import load_scorer
from streams.ingest.ingest_settings import IngestSettings
from tests.soak.talk import BIN_S, LATENESS_S, Said, brands, counted

_AT_ONCE = 1000
OF_THE_WATCH = frozenset({"opened", "reopened", "grown", "severity_raised", "resolved"})
"""Changes that come of what is said alone, whoever takes the incident meanwhile."""
_OUTLINE = frozenset({"brand", "kind", "severity", "paged"})


class Expected(Struct, frozen=True, kw_only=True):
    """Mentions by brand and bin, and incidents by id."""

    bins: dict[tuple[str, int], int]
    incidents: dict[str, Incident]


def expected_of(said: Sequence[Said]) -> Expected:
    """Return what must come of what is said."""
    backtest = Backtest(brands(), {}, load_scorer(), IngestSettings(bin_s=BIN_S, lateness_s=LATENESS_S))
    mentions = [each.mention for each in said if not each.is_repeat]
    for first in range(0, len(mentions), _AT_ONCE):
        for _ in backtest.take(mentions[first : first + _AT_ONCE]):
            pass
    for _ in backtest.finish():
        pass
    return Expected(bins=counted(said), incidents=backtest.incidents)


def core_of(incident: Incident) -> dict[str, object]:
    """Return what does not depend on when somebody took an incident, nor on the clock."""
    return {
        "brand": incident.brand,
        "kind": incident.kind,
        "severity": incident.severity,
        "began_at": incident.began_at,
        "opened_at": incident.opened_at,
        "paged": incident.paged,
        "seen": incident.seen,
        "peak_bin": incident.peak_bin,
        "changes": tuple((c.type, c.event_at) for c in incident.changes if c.type in OF_THE_WATCH),
    }


def outline_of(incident: Incident) -> dict[str, object]:
    """Return what does not depend either on the second in which an incident was told."""
    return {name: value for name, value in core_of(incident).items() if name in _OUTLINE}
