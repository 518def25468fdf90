"""Tests of ``streams/watch/watch``."""
