"""Labelled, simulated stories: what the demo replays, what the backtest and the benchmark are judged by.

Everything here is made up by a seeded generator around published figures and known shapes, and says so: ids
begin with ``simulated:``, sources with ``simulated-``, authors are called “Simulated person 17”. No text is
anyone's words. Start with ``story`` (what a story is), ``telling`` (how it becomes mentions) and ``catalogue``.
"""
