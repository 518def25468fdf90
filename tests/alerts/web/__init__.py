"""The web process against the real lifecycle, without Kafka."""
