"""Garbage is looked for seldom while files run through the cores: of millions of values next to none is in a cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = 50_000, 50, 50
"""A tenth of a run went into the search by Python's own 700, 10, 10."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for cycles seldom, and never at what was loaded before; afterwards as it was."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
