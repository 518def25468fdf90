"""Tests of ``alerts/incidents``."""
