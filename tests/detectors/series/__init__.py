"""Tests of ``detectors/series``."""
