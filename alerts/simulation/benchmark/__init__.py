"""``tocsin benchmark``: the product's own figures, measured here and now, each beside a peer in the same run.

One measurement a file; each returns figures that know how to be shown (``figures``). Start with ``sections``, the
list of them. Nothing of the product imports this folder.
"""
