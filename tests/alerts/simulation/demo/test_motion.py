"""Whether the chain moves, by what its processes say of themselves."""

import asyncio
import contextlib

from aiohttp import web

from alerts.simulation.demo.motion import Motion, work
from tests.patience import PATIENCE_S

IDLE = """# TYPE tocsin_mentions_total counter
tocsin_mentions_total{source="forum"} 7.0
# TYPE tocsin_flushes_total counter
tocsin_flushes_total %d
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total %d
"""


def test_a_flush_that_beats_by_itself_is_no_motion():
    assert work(IDLE % (1, 1)) == work(IDLE % (2, 2)) == {"tocsin_mentions": 7.0}


async def test_a_process_that_answers_late_is_asked_again():
    answers = [web.Response(status=503), web.Response(text=IDLE % (1, 1))]
    answered = asyncio.Event()

    async def metrics(_request):
        if answers:
            return answers.pop(0)
        answered.set()  # the one before this has been taken in
        return web.Response(text=IDLE % (2, 2))

    application = web.Application()
    application.router.add_get("/metrics", metrics)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    motion = Motion([f"http://{host}:{port}/metrics"])
    watching = asyncio.create_task(motion.watch())
    try:
        async with asyncio.timeout(PATIENCE_S):
            await answered.wait()
        assert motion.read == 7
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await runner.cleanup()
