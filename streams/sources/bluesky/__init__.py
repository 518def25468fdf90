"""Bluesky, heard through Jetstream: the network's posts as JSON over a WebSocket, without a key.

Two wires, ``v1`` (``/subscribe``) and ``v2`` (``network.bsky.jetstream.subscribeEvents``), are read by one decoder
(``frames``). A post becomes a mention in ``post``; where reading stands, and what is missing, is ``place`` and
``progress``; ``connection`` is the socket. Start with ``source``.
"""
