"""Where a source partition goes on after a restart: what is written beside a committed offset."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct, field

from streams.errors import StreamsError

MAX_REPEATS = 400
MAX_BYTES = 4_000
"""Kafka keeps 4,096 bytes of metadata beside an offset."""


class Cap(NamedTuple):
    """Offsets that were read together, and the wall time then, beyond which none of them counts; epoch seconds."""

    first: int
    last: int
    at: int


class Resume(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state that cannot be rebuilt from the records after the committed offset.

    Parameters
    ----------
    position
        Offset of the first record that had not been read. Records before it are settled unless their bin was open.
    watermark
        Event time up to which the partition had been read, epoch seconds.
    began
        Event time of the first record ever read from the partition.
    wall_s
        Wall time of this writing, epoch seconds.
    repeats
        How far before ``position`` those records lie that are in an open bin and repeat a mention of a closed
        one: reading them again alone would not show that they are repeats.
    caps
        Records in open bins that said that they were of a time to come, and when they were first read: how far before
        ``position`` the first of them lies and the last, and how long before ``wall_s`` they were read.
    """

    position: int
    watermark: int | None = field(default=None, name="front")
    began: int | None = None
    wall_s: float = 0.0
    repeats: tuple[int, ...] = ()
    caps: tuple[tuple[int, int, int], ...] = ()

    def repeat_offsets(self) -> frozenset[int]:
        """Return ``repeats`` as offsets."""
        return frozenset(self.position - before for before in self.repeats)

    def with_caps(self, caps: Sequence[Cap]) -> "Resume":
        """Return the same with other ``caps``."""
        wall_s = int(self.wall_s)
        metadata = tuple((self.position - cap.first, self.position - cap.last, wall_s - cap.at) for cap in caps)
        return msgspec.structs.replace(self, caps=metadata)

    def read_caps(self) -> list[Cap]:
        """Return ``caps`` as offsets and times."""
        wall_s = int(self.wall_s)
        return [Cap(self.position - first, self.position - last, wall_s - ago) for first, last, ago in self.caps]


class CommitPoint(NamedTuple):
    """What to commit: the offset to continue from, and the metadata to commit with it."""

    offset: int
    metadata: str


def write_metadata(resume: Resume) -> str:
    """Return a resume as the metadata of a commit; of too many repeats and caps the newest are kept."""
    short = msgspec.structs.replace(resume, repeats=resume.repeats[-MAX_REPEATS:])
    while len(metadata := msgspec.json.encode(short)) > MAX_BYTES:
        short = msgspec.structs.replace(
            short, repeats=short.repeats[len(short.repeats) // 4 :], caps=short.caps[len(short.caps) // 8 :]
        )
    return metadata.decode()


def read_metadata(metadata: str | None) -> Resume | None:
    """Read what ``write_metadata`` wrote; ``None`` where nothing was.

    Raises
    ------
    StreamsError
        Where somebody else wrote it.
    """
    if not metadata:
        return None
    try:
        return msgspec.json.decode(metadata, type=Resume)
    except msgspec.MsgspecError as error:
        raise StreamsError(
            f"the committed offset's metadata is not Tocsin's ({error}): {metadata[:80]!r}; "
            "is another program in the same consumer group?"
        ) from error
