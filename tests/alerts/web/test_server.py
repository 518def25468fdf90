"""Starting and stopping."""

import asyncio
import contextlib
import re
from html import unescape

import aiohttp
import pytest
from aiohttp import web

from alerts.errors import AlertsError
from alerts.web.app import web_app
from alerts.web.bodies import Bodies
from alerts.web.server import serving
from tests.patience import PATIENCE_S


async def test_a_press_under_way_is_answered_before_the_process_ends(parts, stage, signer, incident):
    parts.wait_s = PATIENCE_S
    stage.deaf = True
    app = web_app(parts)

    async def carry_out(_app: web.Application) -> None:
        await stage.carry_out(stage.commands[0])

    app.on_shutdown.append(carry_out)
    async with aiohttp.ClientSession() as session:
        async with serving(app, "127.0.0.1", 0) as port:
            link = signer.link(incident.id, incident.brand, "pager")
            address = link.replace(signer.public_url, f"http://127.0.0.1:{port}")
            opened = await session.get(address)
            cookie = {"Cookie": f"tocsin={opened.cookies['tocsin'].value}"}
            form_token = re.search(r'name="nonce" value="([^"]+)"', await opened.text())
            assert form_token is not None
            form = {"nonce": unescape(form_token[1]), "name": "Ada L.", "action": "acknowledge"}
            press = asyncio.create_task(session.post(address, data=form, headers=cookie))
            await stage.heard.wait()

        response = await press

        assert response.status == 200
        assert "You have it, Ada L." in await response.text()


async def test_an_address_that_is_taken_is_named(parts):
    async with serving(web_app(parts), "127.0.0.1", 0) as port:
        with pytest.raises(AlertsError, match=f"cannot listen on 127.0.0.1:{port}"):
            async with serving(web_app(parts), "127.0.0.1", port):
                pass


async def connected(port: int, text: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    await writer.drain()
    return reader, writer


@pytest.mark.parametrize("begun", [b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_headers_that_never_end_end_the_connection(parts, begun):
    async def drip(writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.02)

    async with serving(web_app(parts), "127.0.0.1", 0, headers_s=1.0) as port:
        reader, writer = await connected(port, begun)
        dripping = asyncio.create_task(drip(writer))
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), PATIENCE_S) == b""
        dripping.cancel()
        writer.close()


async def test_a_second_request_of_a_connection_may_not_drip_either(parts):
    async with serving(web_app(parts), "127.0.0.1", 0, headers_s=1.0) as port:
        reader, writer = await connected(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n")
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
        writer.close()

    assert answer.count(b"HTTP/1.1 200 OK") == 1


async def test_a_body_that_never_ends_is_answered_and_ends_the_connection(parts, signer, incident):
    parts.bodies = Bodies(limit_s=0.2)
    path = signer.link(incident.id, incident.brand, "pager").removeprefix(signer.public_url)
    async with serving(web_app(parts), "127.0.0.1", 0) as port:
        reader, writer = await connected(
            port, f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nname=A".encode()
        )
        status = await asyncio.wait_for(reader.readline(), PATIENCE_S)
        writer.close()

    assert status == b"HTTP/1.1 408 Request Timeout\r\n"
    assert parts.bodies.in_flight == 0


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /nothing/here HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"no http at all\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    ],
    ids=["a page", "nothing", "another method", "no HTTP", "a long header"],
)
async def test_no_answer_names_the_program_that_serves(parts, request_text):
    async with serving(web_app(parts), "127.0.0.1", 0) as port:
        reader, writer = await connected(port, request_text)
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
        writer.close()

    assert answer.startswith(b"HTTP/1.")
    assert not re.search(rb"aiohttp|python|server: *\w", answer, re.IGNORECASE), answer
