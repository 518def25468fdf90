"""Finds what tells of a post in bytes, however it is written there, and in Kafka's files, however they are packed."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from kafka.record import MemoryRecords

from tests.kafka.apache_kafka import ApacheKafka

_PACKED = re.compile(rb"[0-9A-Za-z!#$%&()*+\-;<=>?@^_`{|}~]{24,}")
"""What base 85 and 64 are written in."""
_DEFLATE = 0x78
"""With it begins what zlib has packed."""


class Traces:
    r"""Looks for fragments of a post.

    Parameters
    ----------
    fragments
        Each alone tells of it: no other post of the test holds one.

    Examples
    --------
    >>> traces = Traces(["Ida Müller"])
    >>> [bool(traces.found_in(data)) for data in (b"ida%20m%C3%BCller", b"Ida M\\u00fcller", b"eElkYSBNw7xsbGVy")]
    [True, True, True]
    """

    def __init__(self, fragments: Iterable[str]) -> None:
        self._folded = [(form.lower(), each) for each in fragments for form in _written(each)]
        self._exact = [(form, each) for each in fragments for form in _in_base64(each.encode())]

    def found_in(self, data: bytes) -> set[str]:
        """Return the fragments that bytes hold: as they are, escaped, in base 64, or packed by zlib."""
        return {each for piece in _unpacked(data) for each in self._found(piece)}

    def found_in_files(self, files: Iterable[Path]) -> dict[str, set[str]]:
        """Return what each file holds; of a segment of Kafka what its records do as well."""
        found: dict[str, set[str]] = {}
        for file in files:
            try:
                data = file.read_bytes().rstrip(b"\0")  # Kafka makes its indexes longer than they are
            except (FileNotFoundError, IsADirectoryError):
                continue
            pieces = [data, *(_records(data) if file.suffix == ".log" and data[16:17] == b"\x02" else ())]
            if here := {each for piece in pieces for each in self.found_in(piece)}:
                found[f"{file.parent.name}/{file.name}"] = here
        return found

    def _found(self, data: bytes) -> Iterator[str]:
        folded = data.lower()
        yield from (each for form, each in self._folded if form in folded)
        yield from (each for form, each in self._exact if form in data)


def segments(apache: ApacheKafka, group: str) -> Sequence[Path]:
    """Return every file of every topic of one test."""
    return [file for folder in (apache.folder / "data").glob(f"{group}*") for file in folder.iterdir()]


def _written(fragment: str) -> set[bytes]:
    ascii_ = json.dumps(fragment)[1:-1]
    forms = {fragment, ascii_, json.dumps(fragment, ensure_ascii=False)[1:-1], escape(fragment)}
    forms |= {quote(fragment), quote(fragment, safe=""), fragment.replace(" ", "+")}
    forms |= {fragment.replace("/", "\\/"), ascii_.replace("/", "\\/")}
    return {form.encode() for form in forms}


def _in_base64(data: bytes) -> set[bytes]:
    """Return what stands in base 64 wherever the data begin in it, without the characters shared with neighbours."""
    found = set()
    for before in range(3):
        whole = base64.b64encode(bytes(before) + data + bytes(3))
        core = whole[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        found |= {core, core.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    for packed in _PACKED.findall(data):
        for decode, unit in ((base64.b85decode, 5), (base64.b64decode, 4), (base64.urlsafe_b64decode, 4)):
            try:
                header = int.from_bytes(decode(packed[:unit])[:2], "big")
                if header >> 8 == _DEFLATE and header % 31 == 0:
                    yield zlib.decompressobj().decompress(decode(packed))
            except (ValueError, zlib.error):
                continue


def _records(data: bytes) -> Iterator[bytes]:
    """Yield key, value and headers of each record, of batches that are compressed as well."""
    batches = MemoryRecords(data)
    while (batch := batches.next_batch()) is not None:
        for record in batch:
            yield b"\n".join([record.key or b"", record.value or b"", *(value for _, value in record.headers)])
