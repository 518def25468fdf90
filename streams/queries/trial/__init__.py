"""A query tried on mentions: what it finds and by which of its terms, what it nearly misses, how precise it is. Pure.

Start with ``tally`` (what was found), then ``changes`` and ``near_misses``.
"""
