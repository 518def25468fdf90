"""Every sentence, figure and chart that a person reads."""
