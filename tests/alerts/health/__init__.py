"""Tests of ``alerts/health``."""
