"""What was not read since the allowance does not reach, gathered until it is worth telling. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from streams.sources.source import Hole

HOLE_EVERY_S = 900.0


class Sampled(Struct, frozen=True, kw_only=True, array_like=True):
    """A time of which a part was read.

    Parameters
    ----------
    began, ended
        Epoch seconds.
    unread_s
        How much of it was not read, seconds.
    """

    began: float
    ended: float
    unread_s: float

    def hole(self) -> Hole:
        """Return it as it is told."""
        span_s = max(self.ended - self.began, 1.0)
        share = max(0.0, min(0.99, 1.0 - self.unread_s / span_s))
        detail = f"about one in {1 / share:.0f} posts was read" if share > 0.02 else "next to nothing was read"
        return Hole(
            began=self.began,
            ended=self.began + span_s,
            share=round(share, 3),
            reason="sampled",
            detail=f"{detail}: the caps on posts and money reach no further",
        )


def gathered(
    before: Sampled | None, holes: Sequence[Hole], looked_at: float
) -> tuple[Sampled | None, tuple[Hole, ...]]:
    """Return what is gathered after a look, and what is told of it now.

    Parameters
    ----------
    before
        What was gathered until then.
    holes
        Of this look: none where all was read.
    looked_at
        When it began: what came before was read, or is in one of the holes.
    """
    if not holes:
        return None, () if before is None else (before.hole(),)
    unread_s = sum(hole.ended - hole.began for hole in holes)
    began = min(hole.began for hole in holes) if before is None else before.began
    now = Sampled(
        began=began,
        ended=max(looked_at, *(hole.ended for hole in holes)),
        unread_s=unread_s + (0.0 if before is None else before.unread_s),
    )
    if now.ended - now.began >= HOLE_EVERY_S:
        return None, (now.hole(),)
    return now, ()
