"""Webhooks signed as Standard Webhooks asks. Start with ``receiver``."""
