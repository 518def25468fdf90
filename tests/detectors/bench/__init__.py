"""Tests of ``detectors/bench``."""
