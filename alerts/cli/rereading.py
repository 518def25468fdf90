"""Takes up what has changed in ``tocsin.yml`` while sources are listened to; a file that is wrong changes nothing."""

import asyncio
from collections.abc import Collection

import structlog

from alerts.cli.listened import listened_of
from alerts.configuration.configuration import Read, checked_configuration
from alerts.errors import AlertsError
from alerts.health.logs import tell_doubts
from streams.errors import StreamsError
from streams.queries.matching import Matcher
from streams.sources.listening import Listening

_log = structlog.get_logger(__name__)
_AT_THE_START = ("kafka", "metrics", "listen")


class Rereading:
    """Reads the configuration again whenever it is asked to, one reading after the other.

    Parameters
    ----------
    read
        As it was read at the start.
    only
        Ids of the sources that this process was given; all where there are none.
    listening
        What takes it up.
    matcher
        By which it selects; queries that have not changed are not compiled again.
    """

    def __init__(self, read: Read, only: Collection[str], listening: Listening, matcher: Matcher) -> None:
        self._read = read
        self._only = frozenset(only)
        self._listening = listening
        self._matcher = matcher
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Begin to read; for a signal's handler."""
        task = asyncio.create_task(self.take_up(), name="rereading")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def take_up(self) -> None:
        """Read, and let what has changed be taken up."""
        async with self._turn:
            try:
                read = await asyncio.to_thread(checked_configuration, self._read.path)
                known = {section.id for section in read.configuration.sources}
                sources = listened_of(read.configuration, self._only & known if self._only else ())
                if self._only and not self._only & known:
                    raise AlertsError(f"none of {', '.join(sorted(self._only))} is a source any more")  # noqa: TRY301
                matcher = await asyncio.to_thread(Matcher, read.configuration.watched(), self._matcher)
            except (AlertsError, StreamsError) as error:
                for mistake in str(error).splitlines():
                    _log.error("configuration is wrong; nothing has changed", mistake=mistake)
                return
            tell_doubts(read.doubts)
            before = self._read.configuration
            for section in _AT_THE_START:
                if getattr(before, section) != getattr(read.configuration, section):
                    _log.warning("section is read at the start alone", section=section)
            self._read, self._matcher = read, matcher
            self._listening.take_up(sources, matcher)
            _log.info("configuration read again", sources=[each.id for each in sources], brands=len(matcher.brands))
