"""Tests of ``streams``."""
