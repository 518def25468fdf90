"""Mirrors streams/sources/mastodon."""
