"""The metrics of sources that have fallen silent."""

from collections.abc import Mapping

from streams import metrics


class SilenceMetrics:
    """Shows which sources are silent, and since when; one that is heard again is shown no longer."""

    def __init__(self) -> None:
        self._shown: Mapping[str, int] = {}

    def show(self, silences: Mapping[str, int]) -> None:
        """Show these.

        Parameters
        ----------
        silences
            When each was last heard, event time, epoch seconds.
        """
        if silences == self._shown:
            return
        for name in self._shown.keys() - silences.keys():
            metrics.SILENCE_BEGAN.remove(name)
        for name, since in silences.items():
            metrics.SILENCE_BEGAN.labels(name).set(since)
        metrics.SILENT_SOURCES.set(len(silences))
        self._shown = dict(silences)
