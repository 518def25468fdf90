"""Posts of Bluesky and their frames, as real servers write them."""

import datetime as dt
import json
from typing import Any

from streams.sources.bluesky.times import tid

SEEN_US = 1_725_911_162_329_308
SEEN = dt.datetime(2024, 9, 9, 19, 46, 2, 329308, tzinfo=dt.UTC)
DID = "did:plc:eygmaihciaxprqvxpfvl6flk"
RKEY = "3l3qo2vuowo2b"
POST = "app.bsky.feed.post"
CID = "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi"


def record(text: str = "Northside let us wait again", **fields: Any) -> dict[str, Any]:
    return {"$type": POST, "createdAt": "2024-09-09T19:46:02.102Z", "langs": ["en"], "text": text, **fields}


def v1(commit: dict[str, Any] | None = None, **fields: Any) -> bytes:
    told: dict[str, Any] = {"did": DID, "time_us": SEEN_US, "kind": "commit"}
    if commit is not None:
        told["commit"] = {"rev": "3l3qo2vutsw2b", "operation": "create", "collection": POST, "rkey": RKEY, **commit}
    return json.dumps(told | fields, ensure_ascii=False).encode()


def v2(kind: str = "commit", **fields: Any) -> bytes:
    payload = {"$type": f"network.bsky.jetstream.subscribeEvents#{kind}", "seq": 12345, "did": DID}
    payload |= {"time": "2024-09-09T19:46:02.329308Z", "witnessedAt": "2024-09-09T19:46:02.329308Z"}
    if kind == "commit":
        payload |= {"rev": "3l3qo2vutsw2b", "operation": "create", "collection": POST, "rkey": RKEY}
    return json.dumps({"$type": "message", "payload": payload | fields}, ensure_ascii=False).encode()


def key(number: int, at_us: int = SEEN_US) -> str:
    """Return the key of a post written at a moment, the ``number``-th of that moment."""
    return tid(at_us << 10 | number & 1023)
