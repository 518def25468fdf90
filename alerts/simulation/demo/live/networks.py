"""The networks that the demo listens to live, and whether one can be heard from here."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from alerts.errors import AlertsError
from streams.sources.bluesky.settings import BlueskySettings
from streams.sources.http import HttpClient
from streams.sources.registry import SOURCES
from streams.sources.source import Problem

NETWORKS = {"bluesky": "Bluesky"}
"""Kinds of sources that ask for no key and tell all that is posted; each with its name."""
SOURCE = "live"


class Network(Struct, frozen=True):
    """A kind of source, and what is stated of it."""

    kind: str
    settings: BlueskySettings

    @property
    def name(self) -> str:
        """Its name for people."""
        return NETWORKS[self.kind]

    def section(self) -> dict[str, Any]:
        """Return it as it stands under ``sources:``."""
        return {"id": SOURCE, self.kind: self.settings.model_dump(mode="json", exclude_defaults=True)}


def network_of(kind: str, hosts: Sequence[str] = ()) -> Network:
    """Return one of ``NETWORKS``.

    Parameters
    ----------
    hosts
        Asked in place of its own.

    Raises
    ------
    pydantic.ValidationError
        Where one of them is no host.
    """
    return Network(kind, BlueskySettings(hosts=tuple(hosts)))


async def require_heard(network: Network) -> None:
    """Listen to it for some seconds.

    Raises
    ------
    AlertsError
        Where no host of it can be heard: why, and what to do.
    """
    http = HttpClient()
    try:
        found = await SOURCES[network.kind].build(SOURCE, network.settings, http).check()
    finally:
        await http.close()
    if any(problem.stops for problem in found):
        raise AlertsError(
            f"{network.name} cannot be listened to from here: {reasons(found, network.settings.asked_hosts())}. "
            "`tocsin demo` without --live needs no network"
        )


def reasons(found: Sequence[Problem], hosts: Sequence[str]) -> str:
    """Return why each host is not heard; what several say alike is said once.

    Examples
    --------
    >>> found = [Problem(says=f"wss://{host} did not answer", stops=True) for host in ("a.example", "b.example")]
    >>> reasons(found, ["wss://a.example", "wss://b.example"])
    'wss://a.example and 1 more did not answer'
    """
    alike: dict[str, list[str]] = {}
    for problem in (problem for problem in found if problem.stops):
        host = next((host for host in hosts if problem.says.startswith(f"{host} ")), "")
        alike.setdefault(problem.says.removeprefix(host).strip(), []).append(host)
    return "; ".join(
        f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''} {says}".strip()
        for says, names in alike.items()
    )
