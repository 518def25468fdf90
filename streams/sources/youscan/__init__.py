"""YouScan: a webhook for each mention that a topic finds, to ``tocsin web``.

``found_mention`` maps what comes (pure), ``source`` reads a push of it, ``settings`` is what stands in ``tocsin.yml``.
"""
