"""The certificates with which a process connects to Kafka: watches their files, and reports how long they last."""

from collections.abc import Mapping
from pathlib import Path

import structlog
from pydantic import SecretStr

from alerts.configuration.configuration import Read
from alerts.configuration.kafka_access import access_mistakes
from alerts.configuration.secret_file import read_secret
from alerts.configuration.sections import KafkaSection
from alerts.health import metrics
from streams.kafka.access.certificate_dates import Life, lives
from streams.kafka.access.probe import renew_certificates

_log = structlog.get_logger(__name__)

LOOK_EVERY_S = 60.0


class Certificates:
    """Lets new connections begin by new certificates.

    Parameters
    ----------
    read
        The configuration at the start: by its settings all clients of this process are made, now and later.
    """

    def __init__(self, read: Read) -> None:
        self._started = self._current = read.configuration.kafka
        self._files = dict(read.kafka_files)
        report_ends(self._current)

    def take_up(self, read: Read) -> None:
        """Go by those of another reading of the configuration."""
        self._files = dict(read.kafka_files)
        self._use(read.configuration.kafka)

    def look(self) -> None:
        """Read the files again; use what has changed, unless it is unusable."""
        changed = dict(self._changed())
        if not changed:
            return
        kafka = self._current.model_copy(update=changed)
        if mistakes := [f"kafka.{key}: {what}" for key, what in access_mistakes(kafka)]:
            # Certificate and key are two files, and one may have been written a moment before the other.
            metrics.ERRORS.labels("certificates").inc()
            _log.warning("cannot use changed certificates; using those before", error="; ".join(mistakes))
            return
        self._use(kafka)
        _log.info("certificates renewed", settings=[f"kafka.{key}" for key in changed])

    def _use(self, kafka: KafkaSection) -> None:
        renew_certificates(self._started.security(), kafka.security())
        self._current = kafka
        report_ends(kafka)

    def _changed(self) -> Mapping[str, str | SecretStr]:
        found: dict[str, str | SecretStr] = {}
        for key, path in self._files.items():
            before = getattr(self._current, key)
            try:
                text = read_secret(Path(), str(path))
            except ValueError as error:
                metrics.ERRORS.labels("certificates").inc()
                _log.warning("cannot use changed certificates; using those before", error=f"kafka.{key}: {error}")
                return {}
            value = SecretStr(text) if isinstance(before, SecretStr) else text
            if value != before:
                found[key] = value
        return found


def ends_of(kafka: KafkaSection) -> dict[str, Life]:
    """Return how long the certificates of the configuration last, by setting.

    Of our own with its chain the first to end counts. Of authorities the last: in a file that holds the old one and the
    new one the old one may end.
    """
    found = {}
    if kafka.security().is_tls:
        for key, pick in (("ssl_certificate", min), ("ssl_ca", max)):
            if of := lives(getattr(kafka, key)):
                found[f"kafka.{key}"] = pick(of)
    if of := lives(kafka.oauth_ca):
        found["kafka.oauth_ca"] = max(of)
    return found


def report_ends(kafka: KafkaSection) -> None:
    """Put it on the metrics."""
    known = ends_of(kafka)
    for gauge in (metrics.CERTIFICATE_ENDS, metrics.CERTIFICATE_BEGAN):
        gauge.clear()
    for setting, life in known.items():
        metrics.CERTIFICATE_ENDS.labels(setting).set(life.ends)
        metrics.CERTIFICATE_BEGAN.labels(setting).set(life.begins)
