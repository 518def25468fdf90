"""Tests of the negativity scorer."""
