"""Outcomes of attempts whose partition moved away meanwhile: the next owner must learn them."""

from collections.abc import Awaitable, Callable, Sequence

from alerts.deliveries.outbox import Attempt, Outbox, Record


class UnsavedOutcomes:
    """Keeps them until the partition comes back to this process, if it does."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Attempt, Sequence[Record]]] = {}

    def keep(self, attempt: Attempt, records: Sequence[Record]) -> None:
        """Keep what could not be written of an attempt."""
        self._kept[attempt.delivery.id] = (attempt, records)

    async def save(
        self, partition: int, outbox: Outbox, write: Callable[[Sequence[Record]], Awaitable[bool]], now: float
    ) -> bool:
        """Write what is kept of a partition, where nobody has claimed the delivery since, and forget it.

        Parameters
        ----------
        outbox
            It has read the partition, and learns what is written.
        write
            Returns ``False`` where the partition has gone again.
        now
            Wall time, epoch seconds.

        Returns
        -------
        Whether the partition is still there.
        """
        for delivery_id, (attempt, records) in list(self._kept.items()):
            if attempt.partition != partition:
                continue
            if outbox.is_claimed(attempt):
                if not await write(records):
                    return False
                for record in records:
                    if record.delivery is not None:
                        outbox.take(record.delivery, now, partition)
            self._kept.pop(delivery_id, None)
        return True
