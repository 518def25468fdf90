"""Takes up what has changed in ``tocsin.yml`` while a process works; a file that is wrong changes nothing."""

import asyncio
import time
from collections.abc import Callable, Iterable

import structlog
from msgspec import Struct

from alerts.cli.certificates import Certificates
from alerts.configuration.changes import KAFKA_CERTIFICATES, changes
from alerts.configuration.configuration import Configuration, Read, checked_configuration
from alerts.configuration.source_file import fingerprint_of
from alerts.errors import AlertsError
from alerts.health import metrics
from alerts.health.logs import log_doubts
from streams.errors import StreamsError

_log = structlog.get_logger(__name__)


class Sections(Struct, frozen=True, kw_only=True):
    """The sections of the configuration that a process uses: those it applies at run time, and the others."""

    live: tuple[str, ...]
    at_start: tuple[str, ...]


class Reading(Struct, frozen=True, kw_only=True):
    """What came of reading the configuration again.

    Parameters
    ----------
    fingerprint
        Of the file that is gone by now.
    taken_up
        What has changed and is gone by.
    at_start
        What has changed since the start and is read then alone.
    notes
        Notes for the person who changed it.
    mistakes
        What is wrong; then nothing has changed.
    """

    fingerprint: str
    taken_up: tuple[str, ...] = ()
    at_start: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()


Prepare = Callable[[Configuration], Callable[[], Iterable[str]]]
"""Builds, in a thread, all that a configuration needs, or raises ``TocsinError``; returns what puts all of it to use at
once, and says what is to be known of it."""


class Rereading:
    """Reads the configuration again on request, one reading after the other.

    Parameters
    ----------
    read
        As it was read at the start.
    sections
        Which sections count for this process.
    prepare
        Makes ready what has changed.
    """

    def __init__(self, read: Read, sections: Sections, prepare: Prepare) -> None:
        self.path = read.path
        self._started = self._current = read.configuration
        self._fingerprint = read.fingerprint
        self._sections = sections
        self._prepare = prepare
        self.certificates = Certificates(read)
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Reading]] = set()
        _note(read.fingerprint)

    @property
    def fingerprint(self) -> str:
        """Of the file that is gone by."""
        return self._fingerprint

    @property
    def is_outdated(self) -> bool:
        """Whether the file is another one by now."""
        return fingerprint_of(self.path) not in {self._fingerprint, ""}

    def begin(self) -> None:
        """Begin to read; for a signal's handler."""
        task = asyncio.create_task(self.take_up(), name="rereading")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def take_up(self) -> Reading:
        """Read, and let what has changed be taken up, or nothing of it."""
        async with self._turn:
            try:
                read = await asyncio.to_thread(checked_configuration, self.path)
                apply = await asyncio.to_thread(self._prepare, read.configuration)
            except (AlertsError, StreamsError) as error:
                mistakes = tuple(str(error).splitlines())
                for mistake in mistakes:
                    _log.error("configuration is wrong; nothing has changed", mistake=mistake)
                metrics.CONFIGURATION_RIGHT.set(0)
                return Reading(fingerprint=self._fingerprint, mistakes=mistakes)
            log_doubts(read.doubts)
            taken_up = changes(self._current, read.configuration, (*self._sections.live, KAFKA_CERTIFICATES))
            self.certificates.take_up(read)
            notes = tuple(apply()) if taken_up else ()
            at_start = changes(self._started, read.configuration, self._sections.at_start)
            for section in at_start:
                _log.warning("section is read at the start alone", section=section)
            for note in notes:
                _log.warning("configuration taken up, with a caution", note=note)
            self._current, self._fingerprint = read.configuration, read.fingerprint
            _note(read.fingerprint)
            _log.info("configuration read again", fingerprint=read.fingerprint, taken_up=list(taken_up))
            return Reading(fingerprint=read.fingerprint, taken_up=taken_up, at_start=at_start, notes=notes)


def _note(fingerprint: str) -> None:
    metrics.CONFIGURATION.clear()
    metrics.CONFIGURATION.labels(fingerprint).set(1)
    metrics.CONFIGURATION_READ.set(time.time())
    metrics.CONFIGURATION_RIGHT.set(1)
