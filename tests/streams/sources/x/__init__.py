"""Tests of ``streams.sources.x``."""
