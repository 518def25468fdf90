"""Tests of ``detectors/decision/decision``."""
