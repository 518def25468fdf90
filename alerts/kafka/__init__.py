"""Stage 3 on Kafka: incidents, deliveries and commands."""
