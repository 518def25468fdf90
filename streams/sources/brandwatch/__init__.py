"""Brandwatch Consumer Research: what its queries find, asked for by its API within 30 calls in 10 minutes.

``found_mention`` maps what comes (pure), ``api`` asks, ``source`` knows what is new, ``settings`` is what stands in
``tocsin.yml``.
"""
