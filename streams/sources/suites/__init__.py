"""What the suites' documents have in common: fields by paths, texts that are withheld, and for which brand.

No source of its own: ``meltwater``, ``youscan``, ``brandwatch`` and ``talkwalker`` use it. Pure.
"""
