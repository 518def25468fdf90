"""``tocsin.yml``: its sections, how it is read, and what is checked. Start with ``sections``."""
