"""Kafka: its topics and settings, who is let in, and how a stage reads and writes exactly once."""
