"""Tests of ``streams.sources.suites``."""
