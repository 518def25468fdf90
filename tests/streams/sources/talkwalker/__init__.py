"""Tests of ``streams.sources.talkwalker``."""
