"""An upstream on 127.0.0.1 that answers what a test wants."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Upstream:
    """A real HTTP server; what it was asked stands in ``asked``."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, body: bytes = b"", *, status: int = 200, headers: dict[str, str] | None = None) -> str:
        """Answer always the same at a path; return its address."""

        async def handle(_: web.Request) -> web.Response:
            return web.Response(status=status, body=body, headers=headers)

        self.handlers[path] = handle
        return self.url + path

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        return await self.handlers[request.path](request)


@asynccontextmanager
async def serving() -> AsyncIterator[Upstream]:
    """Serve until the end of the block, on all addresses of this machine's loopback."""
    upstream = Upstream()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", upstream.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0)
    await site.start()
    upstream.port = runner.addresses[0][1]
    try:
        yield upstream
    finally:
        await runner.cleanup()
