"""``/metrics`` on an address of its own; of a worker, which serves nothing else, ``/healthz`` and ``/readyz`` too."""

import json
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import make_wsgi_app

from alerts.errors import AlertsError
from alerts.health.worker_health import WorkerHealth

_log = structlog.get_logger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 20.0
    server_version = "tocsin"
    sys_version = ""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the standard library
        """Nothing: scrapes are no news."""


def serve_metrics(host: str, port: int, health: WorkerHealth | None = None, *, setting: str = "metrics.port") -> int:
    """Serve the process's metrics, and how it is, from a thread until the process ends.

    Parameters
    ----------
    port
        0 takes a free one.
    health
        Answers for the health of the process; without it there is only ``/metrics``.
    setting
        Where the port comes from; a message names it.

    Returns
    -------
    The port.

    Raises
    ------
    AlertsError
        Where the address cannot be had.
    """
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if health is None or path not in {"/healthz", "/readyz"}:
            scraped: Iterable[bytes] = metrics(environ, start)
            return scraped
        missing = health.dead() if path == "/healthz" else health.missing()
        start("503 Service Unavailable" if missing else "200 OK", [("Content-Type", "application/json")])
        ok = "ok" if path == "/healthz" else "ready"
        return [json.dumps({"status": f"not {ok}" if missing else ok, "missing": missing}).encode()]

    try:
        server = make_server(host, port, answer, _Server, _Quiet)
    except OSError as error:
        raise AlertsError(
            f"cannot serve metrics on {host}:{port}: {error.strerror}; choose another {setting}"
        ) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    bound = int(server.server_port)
    _log.info("metrics", address=f"http://{host}:{bound}/metrics")
    return bound
