"""Logs, metrics, and whether a worker lives."""
