"""Tests of ``alerts``."""
