"""How a brand's peers stood at the end of one bin, for ``tocsin explain``: from a run over files, or from Kafka."""

from collections.abc import Iterable, Mapping
from contextlib import closing

from alerts.incidents.peer_levels import KEPT_S, PeerLevels
from alerts.presentation.shown import shown_comparison
from alerts.wording.conditions import fired
from streams.adapters.observation_history import ObservationHistory
from streams.kafka.settings import KafkaSettings
from streams.wire.comparison import Comparison
from streams.wire.observation_row import ObservationRow


def taken(levels: PeerLevels, names: Mapping[str, str], rows: Iterable[ObservationRow]) -> list[ObservationRow]:
    """Return the bins of a whole run, of which the levels of a brand and its peers have been taken."""
    read = list(rows)
    for row in read:
        levels.take(row)
    until = max((row.start + row.span_s for row in read), default=0)
    for place in _places(names).values():
        levels.close(place, until)
    return read


def read_levels(levels: PeerLevels, kafka: KafkaSettings, names: Mapping[str, str], row: ObservationRow) -> None:
    """Read from Kafka what is kept of a brand and its peers before the end of a bin.

    Raises
    ------
    StreamsError, KafkaUnavailableError
        Where it cannot be read.
    """
    end, places = row.start + row.span_s, _places(names)
    for brand, place in places.items():
        history = ObservationHistory(kafka, brand)
        with closing(history.read(end - KEPT_S)) as bins:
            for one in bins:
                levels.take(one)
        if history.closed_until is not None:
            levels.close(place, history.closed_until)
        if brand == row.brand:
            levels.close(place, end)


def compared_at(levels: PeerLevels, names: Mapping[str, str], row: ObservationRow) -> Comparison | None:
    """Compare a brand with its peers as of the end of a bin; ``None`` where it names none."""
    if not names:
        return None
    end = row.start + row.span_s
    began_at = end if row.run_began_at is None else row.run_began_at
    in_outbreak = fired(row) and row.kind != "opportunity"
    return shown_comparison(
        levels.compare(names, began_at, end, _places(names).__getitem__, in_outbreak=in_outbreak, waits=False)
    )


def _places(names: Mapping[str, str]) -> dict[str, int]:
    """Return a number for each brand: how far bins are closed is known by brand here, not by partition."""
    return {brand: place for place, brand in enumerate(names)}
