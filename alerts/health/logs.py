"""Logs of the processes: one line an event on stderr, for a person on a terminal, as JSON elsewhere."""

import logging
import re
import sys
from collections.abc import Iterable

import structlog

from alerts.health.log_rate import OnceAMinute

_LIBRARIES = ("aiokafka", "kafka", "faust", "mode")
"""Their words are said once a minute each."""
_STARTING = re.compile(r"\[\^-*\w+\]: [A-Z][a-z ]+\.\.\.$")
"""What Faust says in the name of each of our services, at each start and stop."""


def log_doubts(doubts: Iterable[str]) -> None:
    """Log what of a configuration is most likely not meant, a line each."""
    for doubt in doubts:
        structlog.get_logger("tocsin").warning("doubtful configuration", doubt=doubt)


def warn_on_stderr() -> None:
    """Send what a command warns of to stderr, a line each: its stdout is for what was asked."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def configure_logs() -> None:
    """Send structlog and the standard library's logging the same way."""
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    terminal = sys.stderr.isatty()
    render: list[structlog.typing.Processor] = (
        # Not with each frame's variables, as is its default: they hold secrets, and take seconds to be written.
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("aiokafka", "kafka", "faust", "mode", "httpx", "httpcore", "websockets", "numba"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It is used for single questions, whose failure is raised and told by whoever asked; it tells it five times more.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    once = OnceAMinute()
    handler.addFilter(lambda record: not _STARTING.match(str(record.msg)))
    handler.addFilter(lambda record: not record.name.startswith(_LIBRARIES) or once.filter(record))
