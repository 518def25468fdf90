"""The simulated inbox: Slack, PagerDuty, a webhook's receiver and a mail server on this machine alone.

The demo shows it and the tests use it. Each fake is as strict as the real thing: what that would refuse is refused,
with its own error. One fake a file; ``inbox`` puts them together. Nothing here is used in production.
"""
