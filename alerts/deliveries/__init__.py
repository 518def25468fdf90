"""What must be sent, in which order, and when again. Pure."""
