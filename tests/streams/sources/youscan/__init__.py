"""Tests of ``streams.sources.youscan``."""
