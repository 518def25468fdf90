"""Tests of ``streams/kafka/broker``."""
