"""Tests of ``streams/sources``."""
