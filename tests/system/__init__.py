"""Tests that need real servers: Kafka, a browser, Prometheus."""
