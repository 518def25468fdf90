"""Mentions of files, read once and kept aside to be gone through again, each once and without those taken down."""

import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import IO

import msgspec

from alerts.errors import AlertsError
from streams.connectors.connector import Connector, ConnectorError, Refused
from streams.connectors.event_order import as_it_comes
from streams.mention import Mention, encode_mention

_IN_MEMORY = 128 << 20
_SHOWN = 20
_decode = msgspec.json.Decoder(Mention).decode


class KeptMentions:
    """What files hold, to be gone through several times; in memory up to a bound, then in a temporary file.

    Parameters
    ----------
    connectors
        The files.
    now_s
        Wall time, epoch seconds; that of now by default. What is published after it is refused.

    Raises
    ------
    AlertsError
        Where no mention could be used.
    ConnectorError
        Where a file cannot be read, or there is no room for the temporary file.
    """

    def __init__(self, connectors: Sequence[Connector], *, now_s: float | None = None) -> None:
        self.refused = self.repeats = self.deleted = 0
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY, prefix="tocsin-")  # noqa: SIM115 - close does
        self._ends = array("Q", [0])
        self._down = bytearray()
        try:
            self._read(connectors, time.time() if now_s is None else now_s)
        except OSError as error:
            self.close()
            raise ConnectorError(
                f"cannot keep the mentions in {tempfile.gettempdir()}: {error.strerror}; set TMPDIR to a folder with "
                "as much room as the files take uncompressed"
            ) from error
        except BaseException:
            self.close()
            raise

    def _read(self, connectors: Sequence[Connector], now_s: float) -> None:
        places: dict[str, int] = {}
        down: set[str] = set()
        for item in chain.from_iterable(as_it_comes(connector, now_s=now_s) for connector in connectors):
            if isinstance(item, Refused):
                self._refuse(item)
            elif item.deleted:
                down.add(item.id)
            elif item.id in places:
                self.repeats += 1
            else:
                places[item.id] = len(self._ends) - 1
                self._file.write(data := encode_mention(item))
                self._ends.append(self._ends[-1] + len(data))
        self._down = bytearray(len(self._ends) - 1)
        for mention_id in down & places.keys():
            self._down[places[mention_id]] = True
        self.deleted = sum(self._down)
        if self.refused > _SHOWN:
            _warn(f"… and {self.refused - _SHOWN:,} more lines were refused")
        if not len(self):
            raise AlertsError(f"no mention could be used ({self.refused:,} refused); the lines above say why")

    def _refuse(self, item: Refused) -> None:
        self.refused += 1
        if self.refused <= _SHOWN:
            _warn(f"{item.origin}: {item.reason}: {item.detail}")

    def __len__(self) -> int:
        return len(self._ends) - 1 - self.deleted

    def __iter__(self) -> Iterator[tuple[int, Mention]]:
        """Yield each mention with its place, in the order of the files."""
        for place, is_down in enumerate(self._down):
            if not is_down:
                yield place, self.at(place)

    def at(self, place: int) -> Mention:
        """Return the mention at a place."""
        begin, end = self._ends[place], self._ends[place + 1]
        self._file.seek(begin)
        return _decode(self._file.read(end - begin))

    def close(self) -> None:
        """Let go of the temporary file."""
        self._file.close()


def _warn(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
