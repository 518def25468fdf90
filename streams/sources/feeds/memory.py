"""What a feed has listed before, in few bytes: hashes of entries, and of the texts of those that it lists now. Pure."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from streams.sources.feeds.identity import Identified

EDITS = 24
"""So many edits of one entry are passed on: feeds whose texts hold advertisements or counters change for ever."""
TIMES_THE_LISTING = 5
LISTED_BYTES, OLDER_BYTES = 9, 5
_KEY_BYTES, _TEXT_BYTES = 5, 3
"""40 bits: that a new entry has the hash of one of 5,000 happens once in 200 million entries."""
_LEAST = 50

Novelty = Literal["new", "edited", "known"]


class _Known(Struct, frozen=True):
    """An entry that the feed lists now: the hash of its text, and how often it was edited."""

    text: bytes
    edits: int


class Memory:
    """The entries of one feed.

    Examples
    --------
    >>> from streams.sources.feeds.identity import identify
    >>> from streams.sources.feeds.listing import Entry
    >>> memory = Memory()
    >>> memory.take(identify([Entry(guid="1", text="a"), Entry(guid="2")], "feed"))
    ['new', 'new']
    >>> memory.take(identify([Entry(guid="1", text="b"), Entry(guid="2")], "feed"))
    ['edited', 'known']
    """

    def __init__(self) -> None:
        self._listed: dict[bytes, _Known] = {}
        self._older: dict[bytes, None] = {}  # the one listed last comes last
        self.longest = 0

    def __len__(self) -> int:
        return len(self._listed) + len(self._older)

    def knows_any(self, entries: Sequence[Identified]) -> bool:
        """Whether any entry was listed before, under whatever name."""
        return any(_key(entry) in self for entry in entries) or self._are_renamed(entries)

    def __contains__(self, key: object) -> bool:
        return key in self._listed or key in self._older

    def take(self, entries: Sequence[Identified]) -> list[Novelty]:
        """Take what the feed lists now, and say of each entry whether it is new.

        Where no entry of a listing is known by its name and most are by their texts, the feed has given them new names
        (as some do at every request, and others when they move house): these are known.

        Parameters
        ----------
        entries
            Of one listing, each once.
        """
        texts = {known.text: known for known in self._listed.values()} if self._are_renamed(entries) else {}
        listed: dict[bytes, _Known] = {}
        found: list[Novelty] = []
        for entry in entries:
            key, text = _key(entry), _text(entry)
            before = self._listed.get(key) or texts.get(text)
            novelty, known = _compared(before, text, is_older=key in self._older)
            found.append(novelty)
            listed[key] = known
        for key in (*self._listed, *listed):
            self._older.pop(key, None)
        self._older |= dict.fromkeys(key for key in self._listed if key not in listed)
        self._listed = listed
        self.longest = max(self.longest, len(entries))
        self.bound()
        return found

    def bound(self, most_bytes: int | None = None) -> None:
        """Forget what was listed longest ago, beyond five times the longest listing or so many bytes."""
        most = max(_LEAST, TIMES_THE_LISTING * self.longest) - len(self._listed)
        if most_bytes is not None:
            most = min(most, (most_bytes - len(self._listed) * LISTED_BYTES) // OLDER_BYTES)
        for key in list(self._older)[: max(0, len(self._older) - max(0, most))]:
            del self._older[key]

    def wanted_bytes(self) -> int:
        """Return how many bytes it would have at most."""
        unlisted = max(_LEAST, TIMES_THE_LISTING * self.longest) - len(self._listed)
        return len(self._listed) * LISTED_BYTES + max(0, unlisted) * OLDER_BYTES

    def written(self) -> tuple[str, str]:
        """Return it as two texts, of what is listed now and what was before."""
        listed = b"".join(key + known.text + bytes([known.edits]) for key, known in self._listed.items())
        return b64encode(listed).decode(), b64encode(b"".join(self._older)).decode()

    @classmethod
    def read(cls, listed: str, older: str, longest: int) -> "Memory":
        """Return what ``written`` gave."""
        memory = cls()
        memory.longest = longest
        for record in _pieces(b64decode(listed), LISTED_BYTES):
            text = record[_KEY_BYTES : _KEY_BYTES + _TEXT_BYTES]
            memory._listed[record[:_KEY_BYTES]] = _Known(text, record[-1])
        memory._older = dict.fromkeys(_pieces(b64decode(older), OLDER_BYTES))
        return memory

    def _are_renamed(self, entries: Sequence[Identified]) -> bool:
        if not entries or not self._listed or any(_key(entry) in self for entry in entries):
            return False
        texts = {known.text for known in self._listed.values()}
        same = sum(_text(entry) in texts for entry in entries if entry.entry.title or entry.entry.text)
        return same > len(entries) // 2


def _compared(before: _Known | None, text: bytes, *, is_older: bool) -> tuple[Novelty, _Known]:
    if before is None:
        return "known" if is_older else "new", _Known(text, 0)
    if before.text == text:
        return "known", before
    if before.edits >= EDITS:
        return "known", _Known(text, EDITS)
    return "edited", _Known(text, before.edits + 1)


def _key(entry: Identified) -> bytes:
    return hashlib.blake2b(entry.key.encode("utf-8", "replace"), digest_size=_KEY_BYTES).digest()


def _text(entry: Identified) -> bytes:
    said = f"{entry.entry.title}\n{entry.entry.text}".encode("utf-8", "replace")
    return hashlib.blake2b(said, digest_size=_TEXT_BYTES).digest()


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[place : place + size] for place in range(0, len(data) - size + 1, size)]
