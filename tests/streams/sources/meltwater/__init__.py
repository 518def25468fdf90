"""Tests of ``streams.sources.meltwater``."""
