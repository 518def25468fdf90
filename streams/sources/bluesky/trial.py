"""What ``check`` does: every host is listened to for some seconds, all at once."""

import asyncio
from collections.abc import Callable

from msgspec import Struct

from streams.errors import BadMentionError
from streams.sources.bluesky.address import subscription
from streams.sources.bluesky.compression import Inflater
from streams.sources.bluesky.connection import Connection, open_connection
from streams.sources.bluesky.dictionaries import Dictionaries
from streams.sources.bluesky.events import Event
from streams.sources.bluesky.frames import DECODERS, Decode
from streams.sources.bluesky.freshness import STALE_S
from streams.sources.bluesky.place import Cursor
from streams.sources.bluesky.settings import BlueskySettings
from streams.sources.source import Problem, SourceUnavailableError

CONNECT_S = 8.0
FIRST_EVENT_S = 6.0
"""Time for a host to tell a first event; a public one tells hundreds a second."""
LISTEN_S = 3.0


class Heard(Struct, frozen=True, kw_only=True):
    """What a host told within some seconds."""

    events: int
    within_s: float
    behind_s: float
    is_compressed: bool


async def try_hosts(
    settings: BlueskySettings, dictionaries: Dictionaries, user_agent: str, now: Callable[[], float]
) -> list[Problem]:
    """Return a sentence for each host, the one that is asked first in front."""
    hosts = settings.asked_hosts()
    results = await asyncio.gather(*(_try(host, settings, dictionaries, user_agent, now) for host in hosts))
    deaf = all(isinstance(result, str) for result in results)
    found: list[Problem] = []
    for host, result in zip(hosts, results, strict=True):
        if isinstance(result, str):
            found.append(Problem(says=result, stops=deaf))
        else:
            found.append(Problem(says=_sentence(host, result), stops=False))
    return found


async def _try(
    host: str, settings: BlueskySettings, dictionaries: Dictionaries, user_agent: str, now: Callable[[], float]
) -> Heard | str:
    inflate = await dictionaries.inflater(host)
    address = subscription(host, settings.wire, Cursor(), inflate.id)
    try:
        connection = await open_connection(
            host, address, wire=settings.wire, is_compressed=bool(inflate.id), user_agent=user_agent, within_s=CONNECT_S
        )
    except SourceUnavailableError as error:
        return str(error)
    try:
        return await _listen(connection, DECODERS[settings.wire], inflate, now)
    except SourceUnavailableError as error:
        return str(error)
    finally:
        await connection.close()


async def _listen(connection: Connection, decode: Decode, inflate: Inflater, now: Callable[[], float]) -> Heard | str:
    loop = asyncio.get_running_loop()
    events, refused, newest_us = 0, "", 0
    frames = await connection.take(linger_s=0.0, idle_s=FIRST_EVENT_S)
    began_s = loop.time()
    while frames:
        for frame in frames:
            try:
                decoded = decode(inflate(frame))
            except BadMentionError as error:
                refused = str(error)
                continue
            if isinstance(decoded, Event):
                events += 1
                newest_us = max(newest_us, decoded.time_us)
        left_s = LISTEN_S - (loop.time() - began_s)
        frames = await connection.take(linger_s=left_s, idle_s=left_s) if left_s > 0 else []
    if events:
        return Heard(
            events=events,
            within_s=max(loop.time() - began_s, 1e-3),
            behind_s=now() - newest_us / 1e6,
            is_compressed=bool(inflate.id),
        )
    if refused:
        return f"{connection.host} lets us in, but tells what is no event of this wire: {refused} (`wire`)"
    return f"{connection.host} lets us in, but told nothing within {FIRST_EVENT_S:.0f} s"


def _sentence(host: str, heard: Heard) -> str:
    rate = heard.events / heard.within_s
    decoded = (
        f"{host} told {heard.events:,} event{'s' * (heard.events != 1)} in {heard.within_s:.0f} s ({rate:,.1f} a second"
    )
    decoded += ", compressed)" if heard.is_compressed else ", uncompressed)"
    if heard.behind_s > STALE_S:
        return f"{decoded}; they are {heard.behind_s:.0f} s old by this machine's clock: one of the two is wrong"
    return f"{decoded}; listening costs nothing"
