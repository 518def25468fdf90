"""The detector of ``tocsin detect``: an algorithm of its own, for series of numbers."""
