"""What one stage writes to Kafka for another, beside mentions: flushes, rows of closed bins, feedback, comparisons.

Values and their codecs, and nothing that decides. A field that is added has a default, so that what a version before
wrote can be read. Start with ``flush``.
"""
