"""Proves that a source hears: posts a mark by an account of its owner, and waits for it in what the source reads.

Begin with ``proof.py``, which is pure; ``prover.py`` runs it; what posts is with its kind (``bluesky/own_posts.py``).
"""
