"""Tests of ``streams/wire``."""
