"""Talkwalker: the results of a collector, read as a queue: what has come since, then the end.

``chunks`` takes the stream apart and knows its errors (pure), ``document`` maps a result (pure), ``source`` reads,
``settings`` is what stands in ``tocsin.yml``.
"""
