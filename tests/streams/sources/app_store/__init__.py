"""Tests of ``streams.sources.app_store``."""
