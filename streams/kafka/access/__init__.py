"""Being let in: the one place where clients of Kafka are made, and why Kafka refuses one."""
