"""Mastodon: a server's public posts, its stream joined to its timeline so that nothing falls between.

``source`` puts together the stream (``streams``, ``events``) and what is asked for (``api``, ``ranges``); ``reading``
makes mentions of both, each post once. Start with ``source``.
"""
