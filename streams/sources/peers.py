"""Whom a request is about to speak to: asked of DNS before, and of the connection itself before a byte is sent."""

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

from streams.sources.addresses import is_link_local, is_literal, is_private
from streams.sources.source import SourceError, SourceUnavailableError


async def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host.

    Raises
    ------
    SourceUnavailableError
        Where it has none now.
    """
    if is_literal(host):
        return [host]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceUnavailableError(f"{host}: no address is found for it ({error})") from error
    return sorted({str(info[4][0]) for info in found})


def refuse_peer(address: str, host: str, shown_url: str, *, may_be_private: bool) -> None:
    """Refuse an address that a request must not go to.

    Parameters
    ----------
    address
        IP address.
    host
        As it is written in the address that is asked.
    shown_url
        That address, for the message.
    may_be_private
        Whether a person has configured this address, or one within the same network led here.

    Raises
    ------
    SourceError
        Where it leads into the inner network.
    """
    if is_literal(host) and may_be_private:
        return
    if is_link_local(address) or (is_private(address) and not may_be_private):
        raise SourceError(
            f"{shown_url} leads to {address}, which is within the network that Tocsin runs in: not asked. If that is "
            "meant, configure the address itself"
        )


class PeerCheck:
    """Looks at each connection as it is made, whatever DNS said before; given to httpx as the extension ``trace``.

    A connection to a proxy is not looked at: who may be reached through it is its own business.

    Parameters as in ``refuse_peer``.
    """

    def __init__(self, host: str, shown_url: str, *, may_be_private: bool) -> None:
        self._host = host
        self._shown_url = shown_url
        self._may_be_private = may_be_private
        self._is_ours = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Close a connection to an address that must not be asked, before anything is sent.

        Raises
        ------
        SourceError
            As ``refuse_peer``.
        """
        if event == "connection.connect_tcp.started":
            self._is_ours = _text(info["host"]).strip("[]") == self._host
        elif event == "connection.connect_tcp.complete" and self._is_ours:
            stream = info["return_value"]
            try:
                address = str(stream.get_extra_info("server_addr")[0])
                refuse_peer(address, self._host, self._shown_url, may_be_private=self._may_be_private)
            except SourceError:
                await stream.aclose()
                raise


def _text(host: str | bytes) -> str:
    return host.decode("ascii", errors="replace") if isinstance(host, bytes) else host
