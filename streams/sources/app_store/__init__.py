"""Apple's App Store: what people write of apps, a list for each app and country.

``review`` makes a mention of a review (pure), ``source`` asks.
"""
