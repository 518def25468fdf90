"""Tests of ``streams/sketches``."""
