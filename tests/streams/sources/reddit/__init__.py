"""Tests of ``streams.sources.reddit``."""
