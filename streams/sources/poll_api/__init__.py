"""Any API that lists posts as JSON over HTTP, described in the configuration alone.

``settings`` is that description, ``item`` makes a mention of an element (pure), ``paging`` knows what comes next
(pure), ``source`` asks.
"""
