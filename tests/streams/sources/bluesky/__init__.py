"""Bluesky: its frames, its posts, its places, and the source against a strict Jetstream."""
