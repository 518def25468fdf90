"""YouTube: what people write under the videos of channels, yours first, within the units that Google gives a day.

``comment`` makes a mention of a comment (pure), ``api`` asks, ``source`` says which lists there are.
"""
