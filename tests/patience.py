"""How long a test waits for what must come."""

PATIENCE_S = 180.0
"""Bounds a failure and measures nothing: a loaded machine may take many times as long as an idle one."""
