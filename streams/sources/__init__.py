"""What Tocsin listens to by itself: open networks, news, suites. A source is a folder of protocol and mapping alone.

``source.py`` is the contract; the runner owns everything that sources have in common (waiting and trying again, how
often a host may be asked, Kafka, checkpoints, metrics). Start with ``source.py``, then read the smallest source.
"""
