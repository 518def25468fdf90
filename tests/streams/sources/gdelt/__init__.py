"""Tests of ``streams.sources.gdelt``."""
