"""Tests of ``streams/text/folding``."""
