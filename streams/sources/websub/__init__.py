"""WebSub: feeds whose publishers name a hub, which posts what is new to ``tocsin web`` the moment it is published.

``subscription`` knows where one feed stands with its hub (pure), ``hub`` asks, ``source`` puts all feeds together.
Feeds themselves are read as in ``feeds``, which goes on asking them: hubs promise nothing.
"""
