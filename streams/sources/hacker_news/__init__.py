"""Hacker News: its posts have numbers without a gap, and are read one after the other.

``walk`` knows where it stands, ``item`` makes a mention of a post, ``api`` asks, ``source`` puts them together.
"""
