"""Where mentions come from, and how they get into Kafka.

A connector yields mentions and what it refused (``connector``); ``sink`` puts both into Kafka; ``transfer``
carries one to the other. One file for each source. Nothing here knows brands, bins or negativity.
"""
