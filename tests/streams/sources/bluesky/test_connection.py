"""Each way in which no host can be heard is told in words, with what to do."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest

from alerts.simulation.services.jetstream_faults import Refuse
from streams.sources.bluesky.connection import open_connection
from streams.sources.source import SourceUnavailableError
from tests.kafka.certificates import Certificates
from tests.streams.sources.bluesky.network import jetstream

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def failure(host: str) -> str:
    with pytest.raises(SourceUnavailableError) as caught:
        await open_connection(host, f"{host}/subscribe", wire="v1", is_compressed=False, user_agent="tests")
    assert str(caught.value).startswith(host)
    return str(caught.value)


async def served(handler: Handler) -> tuple[asyncio.Server, int]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def test_a_name_that_nobody_knows_asks_for_the_network():
    # RFC 6761: no name server ever knows it.
    assert "is there a network" in await failure("ws://jetstream.invalid")


async def test_a_host_that_refuses_connections_is_told_as_one():
    assert "nothing takes connections there" in await failure("ws://127.0.0.1:1")


async def test_a_proxy_that_lets_nothing_through_is_named_by_its_setting(monkeypatch):
    async def refuse(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server, port = await served(refuse)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with server:
        said = await failure("wss://jetstream.invalid")

    assert "HTTPS_PROXY" in said
    assert "407" in said


async def test_what_speaks_no_tls_is_no_jetstream():
    async def talk(_reader, writer):
        writer.write(b"please log in to this network\r\n" * 10)
        await writer.drain()
        writer.close()

    server, port = await served(talk)
    async with server:
        for scheme in ("ws", "wss"):
            assert "is no Jetstream" in await failure(f"{scheme}://127.0.0.1:{port}")


async def test_a_certificate_of_somebody_between_is_told_with_how_to_trust_it(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Certificates(tmp_path).issue("between"))

    async def hang_up(_reader, writer):
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
    async with server:
        said = await failure(f"wss://localhost:{server.sockets[0].getsockname()[1]}")

    assert "SSL_CERT_FILE" in said


@pytest.mark.parametrize("status", [403, 451])
async def test_a_host_that_keeps_us_out_is_told_from_one_that_is_down(status):
    async with jetstream() as host:
        host.fail_next(Refuse(status, "<html>not in your country</html>"))
        kept_out = await failure(host.url)
        host.fail_next(Refuse(503, "service not ready"))
        down = await failure(host.url)

    assert "keeps us out" in kept_out
    assert "keeps us out" not in down
