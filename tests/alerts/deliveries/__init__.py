"""Tests of ``alerts/deliveries``."""
