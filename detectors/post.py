"""A sampled mention, cut down to what an explanation and a page need."""

from msgspec import Struct

NEGATIVE = 0.25
"""A text is counted as negative from this probability on.

The probability is calibrated where about one text in seven is negative. At one half fewer than five negative texts in
ten are counted among complainers; at a quarter it is seven in ten with one false one in eight, shares near the ordinary
read as they are, and a bin tells a rise from .2 to .8 with two fifths more information."""


class Post(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One mention of a brand as it is kept for the evidence.

    ``content`` is cut to 500 characters. ``negativity`` is a probability from 0 to 1, or ``None`` where
    the language is not scored. ``published`` is seconds since the epoch (UTC). ``harm`` are the words by which it
    reports harm to the brand or asks others to act against it; empty where it does neither.
    """

    id: str
    published: float
    content: str
    source: str = "unknown"
    url: str = ""
    author: str = ""
    author_name: str = ""
    followers: int = 0
    language: str = ""
    tags: tuple[str, ...] = ()
    negativity: float | None = None
    repost: bool = False
    harm: tuple[str, ...] = ()

    @property
    def is_negative(self) -> bool:
        """Whether it is counted as negative."""
        return self.negativity is not None and self.negativity >= NEGATIVE

    @property
    def is_harmful(self) -> bool:
        """Whether it reports harm to the brand, or asks others to act against it."""
        return bool(self.harm)
