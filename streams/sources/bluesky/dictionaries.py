"""Where the dictionary comes from by which frames are compressed: a file on wire ``v1``, the host itself on ``v2``."""

import asyncio
from pathlib import Path

from streams.sources.bluesky.address import dictionary_address
from streams.sources.bluesky.compression import LONGEST_DICTIONARY, Inflater, read_dictionary
from streams.sources.bluesky.settings import BlueskySettings
from streams.sources.http import HttpClient
from streams.sources.source import SourceError, SourceUnavailableError


class Dictionaries:
    """Hands out what takes the frames of a host.

    A dictionary that cannot be had costs traffic and no posts: then frames are asked for uncompressed, and ``says``
    says so.
    """

    def __init__(self, settings: BlueskySettings, client: HttpClient) -> None:
        self._settings = settings
        self._client = client
        self._held: dict[str, Inflater] = {}
        self.says = ""

    @property
    def lacks_file(self) -> bool:
        """Whether compression would need a file that is not named; nothing is amiss for that."""
        return self._settings.wire == "v1" and self._settings.compress and self._settings.dictionary is None

    async def inflater(self, host: str) -> Inflater:
        """Return what takes the frames of a host; its ``id`` is 0 where they are to come uncompressed."""
        if not self._settings.compress or self.lacks_file:
            return Inflater()
        if (held := self._held.get(host)) is not None:
            return held
        try:
            held = await self._read(host)
        except (SourceError, SourceUnavailableError) as error:
            self.says = f"{error}; frames come uncompressed, twice the traffic"
            return Inflater()
        self.says = ""
        self._held[host] = held
        return held

    def forget(self, host: str) -> None:
        """Ask anew next time: the host no longer has the dictionary that it gave."""
        self._held.pop(host, None)

    def give_up(self, host: str, why: str) -> None:
        """Ask a host for uncompressed frames from now on: it refuses the others."""
        self._held[host] = Inflater()
        self.says = f"{why}; frames come uncompressed, twice the traffic"

    async def _read(self, host: str) -> Inflater:
        if self._settings.wire == "v2":
            answer = await self._client.get(dictionary_address(host), limit_bytes=LONGEST_DICTIONARY)
            if not answer.is_success:
                raise SourceError(f"{host} has no dictionary for us (status {answer.status})")
            try:
                return Inflater(answer.body)
            except SourceError as error:
                raise SourceError(f"{host} gave, in the place of its dictionary, {error}") from error
        return await asyncio.to_thread(read_dictionary, self._settings.dictionary or Path())
