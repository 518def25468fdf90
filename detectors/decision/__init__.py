"""The decision: whether this minute, and this hour, are ordinary for this brand."""
