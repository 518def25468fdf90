"""The key of a post where its id need not be revealed."""

from streams.sketches.sketch import stable_hash


def post_key(post_id: str) -> str:
    """Return 16 hexadecimal digits of the hash of a post's id: its name among corrections and what was erased."""
    return f"{stable_hash(post_id):016x}"
