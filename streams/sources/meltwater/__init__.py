"""Meltwater: its data streams ("hooks"), which post what a saved search finds to ``tocsin web``.

``document`` maps what comes (pure), ``source`` reads a push of it, ``settings`` is what stands in ``tocsin.yml``.
"""
