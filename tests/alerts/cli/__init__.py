"""Tests of ``alerts/cli``."""
