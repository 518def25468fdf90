"""Tests of ``streams/kafka/administration``."""
