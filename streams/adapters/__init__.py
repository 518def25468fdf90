"""Stages 1 and 2 on Kafka: what hands its records to the cores."""
