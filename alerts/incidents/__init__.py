"""One brand's incidents: what they are, and what changes them. Pure."""
