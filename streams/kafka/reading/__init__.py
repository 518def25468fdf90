"""Readers of topics from their beginning, without a group."""
