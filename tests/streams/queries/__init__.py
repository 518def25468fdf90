"""Tests of ``streams/queries``."""
