"""Tests of ``alerts/kafka``."""
