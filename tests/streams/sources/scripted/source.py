"""A source that reads a file, line by line: posts, take-downs, and what an upstream does wrong."""

import asyncio
import datetime as dt
import json
import time
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict

from streams.connectors.connector import Refused
from streams.mention import Author, Mention
from streams.sources.http import HttpClient
from streams.sources.source import (
    Batch,
    Health,
    Hole,
    Position,
    Problem,
    SourceError,
    SourceUnavailableError,
    State,
)

FAULTS = frozenset({"unavailable", "error", "breaks", "hang"})
OVERLAP = 3
"""Lines that come again after each reopening."""


class ScriptedSettings(BaseModel):
    """Under a source: ``scripted: {script: FILE}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    script: str
    most: int = 7
    pause_s: float = 0.0


class Given:
    """What some lines of the script say."""

    def __init__(self) -> None:
        self.lines = 0
        self.mentions: list[Mention] = []
        self.refused: list[Refused] = []
        self.holes: list[Hole] = []

    def take(self, number: int, what: str, value: Any) -> None:
        self.lines += 1
        match what:
            case "post":
                self.mentions.append(post(value))
            case "delete":
                self.mentions.append(post({"id": value, "content": ""}, deleted=True))
            case "refuse":
                data = value.encode()
                self.refused.append(Refused(origin=f"line {number}", reason="json", detail="no JSON", data=data))
            case "hole":
                now = time.time()
                self.holes.append(
                    Hole(began=now - value, ended=now, share=0.0, reason="look_back", detail="it fell off")
                )


class ScriptedSource:
    """Each line of the script is an object with one key.

    ``post`` (id, content, and ``ago`` seconds), ``delete`` (id), ``refuse`` (text), ``hole`` (seconds), ``unavailable``
    (``retry_after_s``), ``error`` (text), ``breaks`` (text of an exception that no source should raise), ``hang``.
    Faults come once, whoever reads: that they came stands in a file beside the script.
    """

    def __init__(self, name: str, settings: ScriptedSettings, http: HttpClient | None = None) -> None:
        self.id = name
        self.kind = "scripted"
        self._settings = settings
        self._script = Path(settings.script)
        self._next = 0
        self._opened_at = 0
        self._state: State = "starting"
        self._last_event: float | None = None
        self.acknowledged: list[Position] = []
        self.opened: list[Position | None] = []
        self.closed = 0

    async def check(self) -> list[Problem]:
        if not self._script.exists():
            return [Problem(says=f"{self._script} is not there; write it", stops=True)]
        return [Problem(says="costs nothing: it is a script", stops=False)]

    async def open(self, position: Position | None) -> None:
        self.opened.append(position)
        self._opened_at = position["line"] if position else 0
        self._next = max(0, self._opened_at - OVERLAP)
        self._state = "catching_up"

    async def read(self) -> Batch:
        lines = self._script.read_text().split("\n")[:-1]  # the last may be half written
        batch = lines[self._next : self._next + Random(self._next).randint(1, self._settings.most)]
        if not batch or self._settings.pause_s:
            await asyncio.sleep(self._settings.pause_s or 0.02)
        given = Given()
        for number, line in enumerate(batch, self._next):
            (what, value), = json.loads(line).items()  # fmt: skip
            if what in FAULTS and not self._came_before(number):
                if given.lines:
                    break  # what came before the fault is given first
                self._note(number)
                await self._fail(what, value)
            given.take(number, what, value)
        self._next += given.lines
        if self._next >= len(lines):
            self._state = "live"
        if given.mentions:
            self._last_event = max(mention.published_s for mention in given.mentions)
        return Batch(
            position={"line": max(self._next, self._opened_at)},
            mentions=tuple(given.mentions),
            refused=tuple(given.refused),
            holes=tuple(given.holes),
        )

    async def acknowledge(self, position: Position) -> None:
        self.acknowledged.append(position)

    async def close(self) -> None:
        self.closed += 1

    def health(self) -> Health:
        return Health(state=self._state, last_event=self._last_event, last_ok=time.time())

    async def _fail(self, what: str, value: Any) -> None:
        if what == "unavailable":
            raise SourceUnavailableError("the script says: not now", retry_after_s=float(value))
        if what == "error":
            raise SourceError(str(value))
        if what == "breaks":
            raise KeyError(value)
        await asyncio.Event().wait()

    def _came_before(self, number: int) -> bool:
        notes = self._script.with_suffix(f".{self.id}.faults")
        return notes.exists() and f"{number}\n" in notes.read_text().splitlines(keepends=True)

    def _note(self, number: int) -> None:
        with self._script.with_suffix(f".{self.id}.faults").open("a") as notes:
            notes.write(f"{number}\n")


def post(fields: dict[str, Any], *, deleted: bool = False) -> Mention:
    published = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=fields.get("ago", 0))
    return Mention(
        id=fields["id"],
        published=published.replace(microsecond=0),
        content=fields["content"],
        source="scripted",
        author=Author(id=fields.get("author", "somebody")),
        deleted=deleted,
    )
