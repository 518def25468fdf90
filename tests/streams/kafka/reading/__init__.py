"""The reader of topics that are kept."""
