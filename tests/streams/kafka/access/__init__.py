"""Tests of ``streams/kafka/access``."""
