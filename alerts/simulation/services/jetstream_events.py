"""The events of a Jetstream, and how each wire writes them."""

import datetime as dt
import json
from typing import Any, Literal

from msgspec import Struct

Kind = Literal["commit", "identity", "account", "sync"]
POST = "app.bsky.feed.post"
_LEXICON = "network.bsky.jetstream.subscribeEvents"
_CID = "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi"


class Event(Struct, frozen=True, kw_only=True):
    """One event as it is kept.

    Parameters
    ----------
    seq
        Its number, rising.
    time_us
        When this server saw it, epoch microseconds.
    body
        Of a commit: ``operation``, ``collection``, ``rkey`` and, but for a deletion, ``record``; of the others what the
        relay said.
    """

    seq: int
    time_us: int
    did: str
    kind: Kind
    body: dict[str, Any]

    @property
    def collection(self) -> str:
        """Of a commit; else empty."""
        return str(self.body.get("collection", "")) if self.kind == "commit" else ""


def write_v1(event: Event, *, has_seq: bool) -> str | None:
    """Return the frame of ``/subscribe``; ``None`` for what that wire leaves out."""
    if event.kind == "sync":
        return None
    event_object: dict[str, Any] = {"did": event.did, "time_us": event.time_us}
    if has_seq:
        event_object["cursor"] = event.seq
    event_object["kind"] = event.kind
    if event.kind == "commit":
        event_object["commit"] = _commit(event)
    else:
        event_object[event.kind] = _relayed(event)
    return json.dumps(event_object, ensure_ascii=False)


def write_v2(event: Event) -> str:
    """Return the frame of ``network.bsky.jetstream.subscribeEvents``."""
    seen = dt.datetime.fromtimestamp(event.time_us // 1_000_000, dt.UTC) + dt.timedelta(
        microseconds=event.time_us % 1_000_000
    )
    stated = seen.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    payload: dict[str, Any] = {
        "$type": f"{_LEXICON}#{event.kind}",
        "seq": event.seq,
        "did": event.did,
        "time": stated,
        "witnessedAt": stated,
    }
    payload |= _commit(event) if event.kind == "commit" else {event.kind: _relayed(event)}
    return json.dumps({"$type": "message", "payload": payload}, ensure_ascii=False)


def write_info(name: str, message: str) -> str:
    """Return a frame of ``v2`` that belongs to no event."""
    payload = {"$type": f"{_LEXICON}#info", "name": name, "message": message}
    return json.dumps({"$type": "message", "payload": payload})


def write_error(name: str, message: str) -> str:
    """Return the last frame of ``v2`` where something went wrong."""
    return json.dumps({"$type": "error", "error": name, "message": message})


def _commit(event: Event) -> dict[str, Any]:
    commit = {"rev": "3l3qo2vutsw2b", **event.body}
    return commit if event.body.get("operation") == "delete" else {**commit, "cid": _CID}


def _relayed(event: Event) -> dict[str, Any]:
    return {"did": event.did, "seq": event.seq * 7, "time": "2024-09-09T19:46:02.102Z", **event.body}
