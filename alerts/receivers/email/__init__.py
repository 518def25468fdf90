"""E-mail, one thread an incident. Start with ``receiver``."""
