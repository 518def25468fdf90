"""The benchmark: that each section measures what it says, on as little as possible; never how fast."""
