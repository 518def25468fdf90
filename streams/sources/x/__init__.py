"""X, with a key of your own: what searches find, within a cap an hour and a month; past it a sample that is told.

``allowance`` knows how much may be read (pure), ``post`` makes a mention of a post (pure), ``sampled`` keeps what was
not read until it is told (pure), ``source`` asks.
"""
