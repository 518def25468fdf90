"""Stage 1: mentions in, flushes out."""
