"""Where a source partition goes on after a restart: what is written beside a committed offset."""

from typing import NamedTuple

import msgspec
from msgspec import Struct

from streams.errors import StreamsError

MAX_REPEATS = 400  # Kafka keeps 4,096 bytes of metadata beside an offset


class Resume(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state that the records behind the committed offset cannot tell again.

    Parameters
    ----------
    position
        Offset of the first record that had not been read. Records before it are settled unless their bin was open.
    front
        Event time up to which the partition had been read, epoch seconds.
    began
        Event time of the first record ever read from the partition.
    wall_s
        Wall time of this writing, epoch seconds.
    repeats
        How far before ``position`` those records lie that are in an open bin and repeat a mention of a closed
        one: reading them again alone would not show that they are repeats.
    """

    position: int
    front: int | None = None
    began: int | None = None
    wall_s: float = 0.0
    repeats: tuple[int, ...] = ()

    def repeat_offsets(self) -> frozenset[int]:
        """Return ``repeats`` as offsets."""
        return frozenset(self.position - before for before in self.repeats)


class CommitPoint(NamedTuple):
    """What to commit: the offset to go on from, and the metadata to commit beside it."""

    offset: int
    metadata: str


def write_metadata(resume: Resume) -> str:
    """Return a resume as the metadata of a commit; of too many repeats the newest are kept."""
    short = msgspec.structs.replace(resume, repeats=resume.repeats[-MAX_REPEATS:])
    return msgspec.json.encode(short).decode()


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
