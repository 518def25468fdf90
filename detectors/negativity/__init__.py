"""How negative a text is: from 0 (no) to 1 (surely), fast enough to score every mention.

Start with ``model`` (``load_scorer``) and ``scorer`` (what a scorer promises). Nothing here knows brands,
bins or Kafka; the training script (``train``) is never imported by the product.
"""
