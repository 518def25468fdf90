"""Tests of ``detectors/explanation/explanation``."""
