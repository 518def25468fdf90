"""What the processes of `tests.kafka.forked` are copies of: all that the product's long-lived commands import.

The compiled functions are loaded as well.
"""

import gc

import tocsin  # noqa: F401
from alerts.cli.warm_up import warm_up

warm_up()
gc.freeze()
