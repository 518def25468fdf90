"""Erasing, without a broker."""
