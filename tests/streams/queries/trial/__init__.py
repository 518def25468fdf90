"""Tests of ``streams/queries/trial``."""
