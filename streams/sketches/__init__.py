"""Summaries that merge: distinct counts, samples of posts, who was counted."""
