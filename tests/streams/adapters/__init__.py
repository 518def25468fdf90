"""Tests of ``streams/adapters``."""
