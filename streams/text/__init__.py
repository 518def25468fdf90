"""Text: its folding, what each character of it is, and what a piece of HTML says."""
