"""Threads, with a token of your own: what searches find, within the queries that Meta gives a user a day.

``post`` makes a mention of a post (pure), ``api`` asks, ``again`` looks at posts again, ``source`` says which searches
there are.
"""
