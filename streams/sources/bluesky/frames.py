"""The two wires of Jetstream, read into one kind of events: straight from a frame's bytes. Pure.

``v1`` and ``v2`` are written down in upstream's ``docs/README.md``, sections 5.1 and 5.2, and in its lexicon
``network.bsky.jetstream.subscribeEvents`` (github.com/bluesky-social/jetstream). What breaks the schema in places is
read by ``lenient``; unknown kinds of events are passed over, as upstream asks.
"""

import datetime as dt
from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from streams.errors import BadMentionError
from streams.sources.bluesky.events import AccountChange, Aside, Event, Notice, Operation, PostChange
from streams.sources.bluesky.lenient import read_leniently
from streams.sources.bluesky.record import COLLECTION, Record

Wire = Literal["v1", "v2"]
Decode: TypeAlias = Callable[[bytes], Event | Notice]
_FrameT = TypeVar("_FrameT", bound=Struct)
_OPERATIONS: dict[str, Operation] = {"create": "create", "update": "update", "delete": "delete"}
_LONGEST_NOTICE = 500


class _Commit(Struct, frozen=True, gc=False):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: Record | None = None


class _Account(Struct, frozen=True, gc=False):
    active: bool | None = None
    status: str | None = None


class _V1Frame(Struct, frozen=True, gc=False):
    did: str
    time_us: int
    kind: str = ""
    cursor: int | None = None
    commit: _Commit | None = None
    account: _Account | None = None


class _Payload(Struct, frozen=True, gc=False, rename={"type": "$type", "witnessed_at": "witnessedAt"}):
    type: str = ""
    did: str = ""
    seq: int = 0
    time: dt.datetime | None = None
    witnessed_at: dt.datetime | None = None
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: Record | None = None
    account: _Account | None = None
    name: str = ""
    message: str = ""


class _V2Frame(Struct, frozen=True, gc=False, rename={"type": "$type"}):
    type: str = ""
    payload: _Payload | None = None
    error: str = ""
    message: str = ""


_V1 = msgspec.json.Decoder(_V1Frame).decode
_V2 = msgspec.json.Decoder(_V2Frame).decode


def decode_v1(frame: bytes) -> Event | Notice:
    """Read a frame of ``/subscribe``.

    Raises
    ------
    BadMentionError
        Where it is no event: the reason is ``json`` or ``schema``.

    Examples
    --------
    >>> decode_v1(b'{"did": "did:plc:a", "time_us": 1725911162329308, "kind": "identity", "identity": {}}')
    Aside(did='did:plc:a', time_us=1725911162329308, seq=0)
    """
    read = _read(frame, _V1, _V1Frame)
    commit, seq = read.commit, read.cursor or 0
    if commit is not None:
        return _change(read.did, read.time_us, seq, commit.operation, commit.collection, commit.rkey, commit.record)
    if read.account is not None:
        return _account(read.did, read.time_us, seq, read.account)
    return Aside(did=read.did, time_us=read.time_us, seq=seq)


def decode_v2(frame: bytes) -> Event | Notice:
    """Read a frame of ``network.bsky.jetstream.subscribeEvents``.

    Raises
    ------
    BadMentionError
        As ``decode_v1``.

    Examples
    --------
    >>> decode_v2(b'{"$type": "error", "error": "ConsumerTooSlow", "message": "reading too slowly"}')
    Notice(name='ConsumerTooSlow', message='reading too slowly', is_last=True)
    """
    read = _read(frame, _V2, _V2Frame)
    payload = read.payload
    if read.type == "error" or (payload is None and read.error):
        return Notice(
            name=read.error[:_LONGEST_NOTICE] or "error", message=read.message[:_LONGEST_NOTICE], is_last=True
        )
    if payload is None:
        raise BadMentionError("schema", "payload: missing")
    kind = payload.type.rpartition("#")[2]
    if kind == "info":
        return Notice(name=payload.name[:_LONGEST_NOTICE], message=payload.message[:_LONGEST_NOTICE])
    witnessed = payload.witnessed_at or payload.time
    if not payload.did or witnessed is None:
        raise BadMentionError("schema", "did or time: missing, or none")
    time_us = _microseconds(witnessed)
    if kind == "commit":
        return _change(
            payload.did, time_us, payload.seq, payload.operation, payload.collection, payload.rkey, payload.record
        )
    if kind == "account" and payload.account is not None:
        return _account(payload.did, time_us, payload.seq, payload.account)
    return Aside(did=payload.did, time_us=time_us, seq=payload.seq)


DECODERS: dict[Wire, Decode] = {"v1": decode_v1, "v2": decode_v2}


def _read(frame: bytes, decode: Callable[[bytes], _FrameT], kind: type[_FrameT]) -> _FrameT:
    try:
        return decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return read_leniently(frame, kind)
    except RecursionError as error:
        raise BadMentionError("json", "nested too deeply") from error


def _change(  # noqa: PLR0917 - the order of the wire
    did: str, time_us: int, seq: int, operation: str, collection: str, rkey: str, record: Record | None
) -> Event:
    if collection != COLLECTION:
        return Aside(did=did, time_us=time_us, seq=seq)
    known = _OPERATIONS.get(operation)
    if known is None or not rkey:
        raise BadMentionError("schema", f"commit: operation {operation[:40]!r} of key {rkey[:40]!r}")
    if record is None and known != "delete":
        raise BadMentionError("schema", f"commit: {known} without a record")
    return PostChange(did=did, time_us=time_us, seq=seq, operation=known, rkey=rkey, record=record)


def _account(did: str, time_us: int, seq: int, account: _Account) -> Event:
    if account.active is None:
        raise BadMentionError("schema", "account: active is missing")
    return AccountChange(did=did, time_us=time_us, seq=seq, active=account.active, status=account.status or "")


def _microseconds(moment: dt.datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return round(moment.timestamp() * 1e6)
