"""A mention of our own: it moves event time on in a partition that would otherwise say nothing."""

import datetime as dt

from streams.mention import OURSELVES, Mention

SOURCE = OURSELVES
CONTENT = "tocsin heartbeat"


def heartbeat(partition: int, at: int) -> Mention:
    """Return the heartbeat of one partition for an instant (epoch seconds); the same for the same instant.

    Examples
    --------
    >>> heartbeat(3, 1310479200).id
    'tocsin:heartbeat:3:1310479200'
    """
    return Mention(
        id=f"{SOURCE}:heartbeat:{partition}:{at}",
        published=dt.datetime.fromtimestamp(at, dt.UTC),
        content=CONTENT,
        source=SOURCE,
    )
