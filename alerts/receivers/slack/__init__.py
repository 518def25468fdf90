"""Slack: one message an incident, edited as it changes, its story in the thread. Start with ``receiver``."""
