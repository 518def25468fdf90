"""The demo: the film rental of July 2011 told anew through real processes. Start reading at ``command.py``.

Nothing of the product imports this folder. What is pure (``speed``, ``counts``, ``frame``) is apart from what holds
processes, sockets and a terminal.
"""
