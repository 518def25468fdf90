"""Tests of ``streams.sources.brandwatch``."""
