"""Tests of ``streams/connectors``."""
