"""Frames that are compressed by Zstandard with a dictionary that both sides hold."""

from pathlib import Path

import zstandard

from streams.errors import BadMentionError
from streams.sources.source import SourceError

V1_DICTIONARY = 1_612_007_021
"""Id of the dictionary of the wire ``v1``: upstream's ``zstd_dictionary``, 112,640 bytes."""
LONGEST_FRAME = 16 << 20
"""Bytes of a frame when it is no longer compressed; a record is 1 MiB at most, in another encoding."""
_DICTIONARY_MAGIC = b"\x37\xa4\x30\xec"
_FRAME_MAGIC = zstandard.FRAME_HEADER
LONGEST_DICTIONARY = 4 << 20


class Inflater:
    """Takes frames as they come, compressed or not.

    Parameters
    ----------
    dictionary
        Its bytes; ``None`` where frames come uncompressed.

    Raises
    ------
    SourceError
        Where these are no dictionary.
    """

    def __init__(self, dictionary: bytes | None = None) -> None:
        self.id = 0
        self._decompress = None
        if dictionary is not None:
            if not dictionary.startswith(_DICTIONARY_MAGIC):
                raise SourceError(f"{len(dictionary)} bytes that are no dictionary of Zstandard")
            held = zstandard.ZstdCompressionDict(dictionary)
            self.id = held.dict_id()
            self._decompress = zstandard.ZstdDecompressor(dict_data=held).decompress

    def __call__(self, frame: bytes) -> bytes:
        """Return a frame's JSON.

        Raises
        ------
        BadMentionError
            With the reason ``zstd`` where it cannot be decompressed.
        """
        if not frame.startswith(_FRAME_MAGIC):
            return frame
        if self._decompress is None:
            raise BadMentionError("zstd", "a compressed frame, which was not asked for")
        try:
            # The length that a frame states is allocated before it is found to be a lie.
            if zstandard.frame_content_size(frame) > LONGEST_FRAME:
                raise BadMentionError("zstd", f"more than {LONGEST_FRAME} bytes of JSON")
            return self._decompress(frame, max_output_size=LONGEST_FRAME)
        except zstandard.ZstdError as error:
            raise BadMentionError("zstd", str(error)) from error


def read_dictionary(path: Path) -> Inflater:
    """Read the dictionary of the wire ``v1`` from a file.

    Raises
    ------
    SourceError
        Where the file cannot be read, or is another one; the message says how to go on without.
    """
    try:
        with path.open("rb") as file:
            inflater = Inflater(file.read(LONGEST_DICTIONARY))
    except OSError as error:
        raise SourceError(f"dictionary {path}: {error.strerror or error}") from error
    except SourceError as error:
        raise SourceError(f"dictionary {path}: {error}") from error
    if inflater.id != V1_DICTIONARY:
        raise SourceError(f"dictionary {path}: its id is {inflater.id}; that of wire v1 is {V1_DICTIONARY}")
    return inflater
