"""Verdicts in, people woken: incidents, policies, the outbox, receivers, signed links, pages, backtest.

The pure cores are ``lifecycle`` (incidents) and ``outbox`` (deliveries); the adapters carry them to
Kafka, Slack, pagers and the web. Start with ``incident`` and ``lifecycle``.
"""
