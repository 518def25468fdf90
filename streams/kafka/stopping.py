"""The end of a process that was asked to stop, however long those take that it waits for."""

import os
import threading

import structlog

STOP_S = 13.0
"""From the signal to the end at the latest, with some room below 15 s for a busy machine."""

_log = structlog.get_logger(__name__)


def end_within(limit_s: float = STOP_S) -> threading.Timer:
    """End the process after a time, should it not have ended by itself; return what can be cancelled.

    Each service lets go of Kafka within seconds, one after the other, and together that may be too long where Kafka
    takes connections and answers nothing. What is cut off is what a killed process leaves behind: it is done again.
    """

    def end() -> None:
        _log.warning("stop took too long; exiting", seconds=limit_s)
        os._exit(0)

    timer = threading.Timer(limit_s, end)
    timer.daemon = True
    timer.start()
    return timer
