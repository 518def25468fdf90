"""The cores of all stages over files, without Kafka and without a clock."""
