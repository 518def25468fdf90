"""Tests of ``streams/kafka``."""
