"""Mentions in, verdicts out: topics, codecs, brand matching, bins, the Faust app and the connectors.

Pure cores (``ingest``, ``merging``, ``watch``) stand beside their Kafka adapters (``ingest_service``,
``watch_agent``). Nothing here knows about incidents or people: that is ``alerts``. Start with
``mention``, ``wire`` and ``watch``.
"""
