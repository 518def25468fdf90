"""Tests of ``detectors``."""
