"""PagerDuty, through its Events API v2: it rings the phone. Start with ``receiver``."""
