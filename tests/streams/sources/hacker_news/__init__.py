"""Tests of Hacker News."""
