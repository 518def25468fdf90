"""Tests of ``streams/kafka/stages``."""
