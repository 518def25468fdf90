"""Queries: how they are read, what they look for, and which brands a mention speaks of."""
