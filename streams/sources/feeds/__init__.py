"""Feeds: RSS, Atom and JSON Feed, polled; Google Alerts' feeds among them.

``read_feed`` makes a listing of a document, whatever its kind; ``memory`` knows what was seen of a feed, ``schedule``
when it is asked again, ``feed`` puts one feed together, ``source`` all of them. Start with ``listing.py``.
"""
