"""``/metrics`` of a process that serves nothing else."""

import structlog
from prometheus_client import start_http_server

from alerts.errors import AlertsError

_log = structlog.get_logger(__name__)


def serve_metrics(host: str, port: int) -> int:
    """Serve the process's metrics from a thread until the process ends.

    Parameters
    ----------
    port
        0 takes a free one.

    Returns
    -------
    The port.

    Raises
    ------
    AlertsError
        Where the address cannot be had.
    """
    try:
        server, _ = start_http_server(port, host)
    except OSError as error:
        raise AlertsError(
            f"cannot serve metrics on {host}:{port}: {error.strerror}; choose another port for metrics"
        ) from error
    bound = int(server.server_port)
    _log.info("metrics", address=f"http://{host}:{bound}/metrics")
    return bound
