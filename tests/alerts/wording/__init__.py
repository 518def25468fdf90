"""Tests of ``alerts/wording``."""
