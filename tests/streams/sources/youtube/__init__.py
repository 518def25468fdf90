"""Tests of ``streams.sources.youtube``."""
