"""Tests of ``streams.sources.websub``."""
