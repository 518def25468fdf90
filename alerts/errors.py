"""What can go wrong between a verdict and the person it should wake."""

from detectors.errors import TocsinError

LONGEST_DETAIL = 500


class AlertsError(TocsinError):
    """A failure of this package; the message says where and what to do."""


class ConfigurationError(AlertsError):
    """A configuration that cannot be used; the message lists every mistake, a line each."""


class LinkError(AlertsError):
    """A signed link that is forged, expired, revoked or meant for something else."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class DeliveryError(AlertsError):
    """A receiver did not take a delivery.

    Parameters
    ----------
    detail
        What the receiver said; cut at ``LONGEST_DETAIL`` characters, for it may be a whole web page.
    outcome
        ``refused``: it will certainly never accept it (a 400); ``retry``: it may later (429, 5xx, no connection made);
        ``unknown``: the request was sent, and may or may not have arrived (a time-out, a connection cut, an invalid
        answer).
    retry_after_s
        Seconds that the receiver asked us to wait, where it did.
    """

    def __init__(self, detail: str, *, outcome: str, retry_after_s: float | None = None) -> None:
        line = " ".join(detail.split())
        super().__init__(line if len(line) <= LONGEST_DETAIL else f"{line[: LONGEST_DETAIL - 1]}…")
        self.outcome = outcome
        self.retry_after_s = retry_after_s
