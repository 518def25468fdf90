"""Tests of ``streams.sources.threads``."""
