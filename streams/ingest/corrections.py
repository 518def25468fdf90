"""Officers' marks on posts, as the topic ``marks`` keeps them: the newest of each brand and post, without a text."""

import msgspec

from detectors.negativity.marks import BrandMarks, Mark

_DECODE = msgspec.json.Decoder(Mark).decode


def mark_key(brand: str, post: str) -> bytes:
    """Return the key of a mark on its topic; ``post`` as ``post_key`` gives it."""
    return f"{brand}/{post}".encode()


class Corrections:
    """The officers' marks of all brands, by which their scores are corrected.

    Examples
    --------
    >>> from detectors.negativity.marks import mark_of
    >>> from streams.ingest.post_key import post_key
    >>> corrections = Corrections()
    >>> value = msgspec.json.encode(mark_of("closed again", 0.1, negative=True))
    >>> corrections.take(mark_key("northside", post_key("p1")), value)
    'northside'
    >>> len(corrections.of("northside") or ())
    1
    """

    def __init__(self) -> None:
        self._brands: dict[str, BrandMarks] = {}

    def __bool__(self) -> bool:
        return bool(self._brands)

    def of(self, brand: str) -> BrandMarks | None:
        """Return a brand's marks, ``None`` where it has none."""
        return self._brands.get(brand)

    def take(self, key: bytes | None, value: bytes | None) -> str:
        """Take one record of the topic, and return the brand that it is about.

        Raises
        ------
        msgspec.MsgspecError
            Where its value is no mark.
        """
        brand, _, post = (key or b"").decode(errors="replace").partition("/")
        mark = None if value is None else _DECODE(value)
        marks = self._brands.setdefault(brand, BrandMarks())
        marks.take(post, mark)
        if not len(marks):
            del self._brands[brand]
        return brand
