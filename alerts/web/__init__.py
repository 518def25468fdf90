"""The web process: pages behind signed links, mentions by webhook, Slack's buttons, metrics and health.

No Kafka here: what the pages need of it comes in through ``ports``. Start with ``app``, then ``routes``,
one file each; ``view`` says what a person reads, ``templates`` how it looks.
"""
