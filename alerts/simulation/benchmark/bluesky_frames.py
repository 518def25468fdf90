"""Frames of a Jetstream for measuring: as long and as mixed as a posts-only stream is, and nobody's words."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from alerts.simulation.benchmark.synthetic_mentions import START_S, mentions
from alerts.simulation.services.jetstream_events import POST, Event, Kind, write_v1, write_v2
from alerts.simulation.services.jetstream_query import Wire
from streams.brand import Brand
from streams.sources.bluesky.times import tid

PER_S = 100.0
"""Events in a second of event time."""
_ACCOUNTS = 200_000
_LINK = "https://made-up.invalid/news/2024/what-happened-there-again-{number}"
_MIX: dict[str, float] = {"delete": 0.08, "identity": 0.03, "account": 0.02}
"""Shares of what is no post; all else is one."""


def frames(count: int, watched: list[Brand], *, wire: Wire, matching: float, seed: int) -> list[bytes]:
    """Return frames in the order of their time.

    Of the posts, three in ten link to a page, four in ten are answers, one in ten quotes another.
    """
    return [write(event, wire) for event in _events(count, watched, matching=matching, seed=seed)]


def write(event: Event, wire: Wire) -> bytes:
    """Return an event as a frame of a wire."""
    frame = write_v1(event, has_seq=True) if wire == "v1" else write_v2(event)
    return (frame or "").encode()


def _events(count: int, watched: list[Brand], *, matching: float, seed: int) -> Iterator[Event]:
    random = np.random.default_rng(seed)
    accounts = random.integers(0, _ACCOUNTS, count).tolist()
    shares = random.random((count, 4)).tolist()
    made = mentions(count, watched, matching=matching, per_s=PER_S, seed=seed)
    for number, (mention, account, share) in enumerate(zip(made, accounts, shares, strict=True)):
        time_us = int((START_S + number / PER_S) * 1e6)
        kind, body = _body(share[0], mention.content, tid(time_us << 10), number, share[1:])
        yield Event(seq=number + 1, time_us=time_us, did=f"did:plc:{account:024d}", kind=kind, body=body)


def _body(share: float, text: str, rkey: str, number: int, shares: list[float]) -> tuple[Kind, dict[str, Any]]:
    upper = dict(zip(_MIX, itertools.accumulate(_MIX.values()), strict=True))
    if share < upper["delete"]:
        return "commit", {"operation": "delete", "collection": POST, "rkey": rkey}
    if share < upper["identity"]:
        return "identity", {"handle": f"person{number}.made-up.invalid"}
    if share < upper["account"]:
        return "account", {"active": number % 4 > 0, "status": "deactivated"}
    record = _record(text, number, *shares)
    return "commit", {"operation": "create", "collection": POST, "rkey": rkey, "record": record}


def _record(text: str, number: int, links: float, answers: float, quotes: float) -> dict[str, Any]:
    record: dict[str, Any] = {
        "$type": POST,
        "createdAt": "2024-03-04T00:00:00.102Z",
        "langs": ["en"],
        "text": text,
    }
    other = {"cid": "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi"}
    other["uri"] = f"at://did:plc:{number % _ACCOUNTS:024d}/{POST}/3l3pte3p2e325"
    if links < 0.3:
        uri = _LINK.format(number=number)
        shown = f"{uri.removeprefix('https://')[:24]}…"
        start = len(text.encode()) + 1
        span = {"byteStart": start, "byteEnd": start + len(shown.encode())}
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
        record["text"] = f"{text} {shown}"
        record["facets"] = [{"index": span, "features": [feature]}]
        card = {"uri": uri, "title": "What happened there again", "description": "Somebody wrote of it at length."}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": card}
    elif quotes < 0.15:
        record["embed"] = {"$type": "app.bsky.embed.record", "record": other}
    if answers < 0.4:
        record["reply"] = {"parent": other, "root": other}
    return record


def mean_bytes(made: list[bytes]) -> float:
    """Return the mean length of frames."""
    return sum(map(len, made)) / len(made)


def loaded(made: list[bytes]) -> int:
    """Read each frame with the standard library, and nothing else."""
    for frame in made:
        json.loads(frame)
    return len(made)
