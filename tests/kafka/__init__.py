"""Apache Kafka for the tests: one node, fetched by Maven and run by Java."""
