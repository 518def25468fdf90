"""Tests of ``alerts/simulation/services``."""
