"""Tests of ``streams/ingest/ingest``."""
