"""Queries of listening suites, translated to ours: what has an equal matches the same, what has none is named. Pure.

Start with ``translate``. ``dialects`` says what each suite's operators mean, ``scanning`` and ``reading``
read a query into a tree.
"""
