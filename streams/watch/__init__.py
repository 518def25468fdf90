"""Stage 2: flushes in, verdicts out."""
