"""Mirrors streams/sources/proving."""
