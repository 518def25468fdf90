"""What stands for a source that its configuration does not make: it fails as soon as it is opened."""

from streams.sources.source import Batch, Health, Position, Problem, SourceError


class Unbuildable:
    """Raises what building the source raised, so that it is told of like any source that has failed."""

    def __init__(self, name: str, kind: str, error: SourceError) -> None:
        self.id = name
        self.kind = kind
        self._error = error

    async def check(self) -> list[Problem]:
        """Say why."""
        return [Problem(says=str(self._error), stops=True)]

    async def open(self, position: Position | None) -> None:
        """Fail."""
        del position
        raise self._error

    async def read(self) -> Batch:
        """Fail."""
        raise self._error

    async def acknowledge(self, position: Position) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""

    def health(self) -> Health:
        """Say why."""
        return Health(state="failed", says=str(self._error))
