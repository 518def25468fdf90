"""Tests of ``streams.sources.polled``."""
