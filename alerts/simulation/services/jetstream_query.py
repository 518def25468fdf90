"""What a subscriber of a Jetstream asks for, and what of it is refused, with the server's own words."""

import re
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from alerts.errors import AlertsError
from alerts.simulation.services.jetstream_events import Event

Wire = Literal["v1", "v2"]
PATHS: dict[str, Wire] = {"/subscribe": "v1", "/xrpc/network.bsky.jetstream.subscribeEvents": "v2"}
SEQ_BELOW = 10**15
"""A cursor from here on is a time in microseconds."""
_NSID = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+)+\.[a-zA-Z][a-zA-Z0-9]*")
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+")
_MOST_COLLECTIONS, _MOST_DIDS = 100, 10_000
_KINDS = ("commit", "identity", "account", "sync")
_RENAMED = {"wantedDids": "dids", "wantedCollections": "collections", "requireHello": ""}


class BadQueryError(AlertsError):
    """A subscription that is refused before its upgrade; ``name`` is the error's on the wire ``v2``."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Query(Struct, frozen=True, kw_only=True):
    """A subscription that is in order."""

    wire: Wire
    collections: tuple[str, ...] = ()
    dids: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    longest: int = 0
    cursor: int | None = None
    dictionary: int = 0
    requires_hello: bool = False

    def wants(self, event: Event) -> bool:
        """Whether an event is sent to this subscriber."""
        if (self.kinds and event.kind not in self.kinds) or (self.dids and event.did not in self.dids):
            return False
        if not self.collections or event.kind != "commit":
            return True
        return any(_matches(event.collection, pattern) for pattern in self.collections)


def read_query(target: str, *, offers_deflate: bool, v1_dictionary: int, v2_dictionary: int) -> Query | None:
    """Read the subscription; ``None`` if the path is not one.

    Raises
    ------
    BadQueryError
        Where the real one answers 400.
    """
    parts = urlsplit(target)
    wire = PATHS.get(parts.path)
    if wire is None:
        return None
    asked = parse_qs(parts.query, keep_blank_values=True)
    if wire == "v1":
        return _read_v1(asked, offers_deflate=offers_deflate, dictionary=v1_dictionary)
    return _read_v2(asked, dictionary=v2_dictionary)


def read_filter(collections: list[str], dids: list[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Read which events are wanted.

    Raises
    ------
    BadQueryError
        Where one is no collection or no DID, or there are too many.
    """
    for collection in collections:
        if not collection.endswith(".*") and not _NSID.fullmatch(collection):
            raise BadQueryError("InvalidRequest", f"invalid subscribe options: invalid collection: {collection}")
    if len(set(collections)) > _MOST_COLLECTIONS:
        raise BadQueryError("InvalidRequest", f"invalid subscribe options: too many collections: > {_MOST_COLLECTIONS}")
    for did in dids:
        if not _DID.fullmatch(did):
            raise BadQueryError("InvalidRequest", f"invalid subscribe options: invalid DID: {did}")
    if len(set(dids)) > _MOST_DIDS:
        raise BadQueryError("InvalidRequest", f"invalid subscribe options: too many DIDs: > {_MOST_DIDS}")
    return tuple(dict.fromkeys(collections)), frozenset(dids)


def _read_v1(asked: dict[str, list[str]], *, offers_deflate: bool, dictionary: int) -> Query:
    compresses = _one(asked, "compress") == "true"
    if compresses and offers_deflate:
        raise BadQueryError("", "choose one compression scheme: zstd (compress=true) or permessage-deflate, not both")
    collections, dids = read_filter(asked.get("wantedCollections", []), asked.get("wantedDids", []))
    return Query(
        wire="v1",
        collections=collections,
        dids=dids,
        longest=_longest(_one(asked, "maxMessageSizeBytes")),
        cursor=_cursor(_one(asked, "cursor")),
        dictionary=dictionary if compresses else 0,
        requires_hello=_one(asked, "requireHello") == "true",
    )


def _read_v2(asked: dict[str, list[str]], *, dictionary: int) -> Query:
    for name, instead in _RENAMED.items():
        if name in asked:
            advice = f"use {instead}" if instead else "it is server-push only"
            raise BadQueryError("InvalidRequest", f"invalid subscribe options: {name} is of /subscribe (v1); {advice}")
    if _one(asked, "compress") == "true":
        raise BadQueryError("InvalidRequest", "compress=true is of /subscribe (v1); use zstdDictionary=<id>")
    stated = _one(asked, "zstdDictionary")
    if stated and (not stated.isdecimal() or not int(stated)):
        raise BadQueryError("InvalidRequest", "zstdDictionary must be a positive integer zstd dictionary ID")
    if stated and int(stated) != dictionary:
        raise BadQueryError(
            "UnknownZstdDictionary", f"unknown zstd dictionary id {stated}; current dictionary id is {dictionary}"
        )
    kinds = asked.get("kinds", [])
    for kind in kinds:
        if kind not in _KINDS:
            raise BadQueryError("InvalidRequest", f"invalid subscribe options: unknown kind {kind!r}")
    collections, dids = read_filter(asked.get("collections", []), asked.get("dids", []))
    if collections and kinds and "commit" not in kinds:
        raise BadQueryError("InvalidRequest", "invalid subscribe options: collections can never apply: no commits")
    return Query(
        wire="v2",
        collections=collections,
        dids=dids,
        kinds=frozenset(kinds),
        longest=_longest(_one(asked, "maxMessageSizeBytes")),
        cursor=_cursor(_one(asked, "cursor")),
        dictionary=int(stated or 0),
    )


def _one(asked: dict[str, list[str]], name: str) -> str:
    return asked.get(name, [""])[0]


def _cursor(stated: str) -> int | None:
    if not stated:
        return None
    if not re.fullmatch(r"-?\d{1,19}", stated):
        raise BadQueryError("InvalidRequest", f'invalid cursor: "{stated}"')
    if int(stated) < 0:
        raise BadQueryError("InvalidRequest", f"invalid cursor: negative value {stated}")
    return int(stated)


def _longest(stated: str) -> int:
    """As the real one does: whatever is no number means no limit."""
    return int(stated) if stated.isdecimal() and int(stated) < 1 << 32 else 0


def _matches(collection: str, pattern: str) -> bool:
    return collection.startswith(pattern[:-1]) if pattern.endswith(".*") else collection == pattern
