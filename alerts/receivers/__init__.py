"""Receivers: each a folder of its own behind ``receiver.Receiver``. To add one, see ``docs/contributing.md``."""
