"""PagerDuty, by its Events API v2: what rings the phone. Start with ``receiver``."""
