"""Tests of ``streams.sources.poll_api``."""
