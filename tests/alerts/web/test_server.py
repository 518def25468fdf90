"""Starting and stopping."""

import asyncio
import re
from html import unescape

import aiohttp
import pytest
from aiohttp import web

from alerts.errors import AlertsError
from alerts.web.app import web_app
from alerts.web.server import serving


async def test_a_press_under_way_is_answered_before_the_process_ends(parts, stage, signer, incident):
    parts.wait_s = 30.0
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
            nonce = re.search(r'name="nonce" value="([^"]+)"', await opened.text())
            assert nonce is not None
            form = {"nonce": unescape(nonce[1]), "name": "Ada L.", "action": "acknowledge"}
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
