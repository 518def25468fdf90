"""Translates listening suites' queries to ours: equivalents match the same, the rest is reported. Pure.

Start with ``translate``. ``dialects`` says what each suite's operators mean, ``scanning`` and ``reading``
read a query into a tree.
"""
