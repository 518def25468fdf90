"""Text: its folding, and what each character of it is."""
