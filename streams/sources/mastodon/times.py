"""How long a Mastodon server is waited for, and how often it is asked."""

from msgspec import Struct


class Times(Struct, frozen=True, kw_only=True):
    """How long, how often; seconds.

    Parameters
    ----------
    linger_s
        How long more is gathered after a first event.
    idle_s
        A reading waits at most so long.
    silence_s
        A stream without a byte for so long is broken; its heartbeat comes every 15 s.
    overlap_s
        So much from before the cursor is fetched again: posts of other servers come late, and stand where they were
        written.
    settle_s
        So long after the stream was opened, what came around its opening is fetched once more: a server answers before
        it has subscribed, and pages may come from a copy of its database.
    quiet_s
        A timeline that the stream has told nothing of for so long is asked whether it has gone on.
    poll_s
        How often a timeline is asked that has no stream.
    stream_again_s
        How often a stream is asked for that was refused; one that did not answer is as often as a timeline.
    look_again_s
        How often a post that went on is looked at again, should its deletion not have been told.
    look_every_s
        How often one request does so.
    access_s
        How often it is looked whether the timelines are still shown.
    late_s
        What is fetched and older than this was published while nobody listened.
    """

    linger_s: float = 0.2
    idle_s: float = 2.0
    silence_s: float = 45.0
    overlap_s: float = 120.0
    settle_s: float = 15.0
    quiet_s: float = 60.0
    poll_s: float = 60.0
    stream_again_s: float = 300.0
    look_again_s: float = 86_400.0
    look_every_s: float = 5.0
    access_s: float = 3_600.0
    late_s: float = 180.0


TIMES = Times()
