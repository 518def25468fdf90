"""The demo on a live network: one query, listened for through the real chain. Start reading at ``command.py``.

What was heard (``heard``) and how it is shown (``picture``) are pure; ``run`` holds the chain and the network.
"""
