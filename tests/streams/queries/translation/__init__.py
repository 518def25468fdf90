"""Tests of ``streams/queries/translation``."""
