"""``tocsin demo --live``: a network is tried, listened to until Ctrl-C, and what was heard is summed up."""

import asyncio
import contextlib
import signal

from rich.console import Console
from rich.text import Text

from alerts.presentation.sentences import cut
from alerts.simulation.demo.live.networks import SOURCE, Network, require_heard
from alerts.simulation.demo.live.run import LiveRun
from alerts.simulation.demo.screen import LiveScreen, PlainLines, Screen
from streams.brand import Brand
from streams.queries.query import compile_query

_LONGEST_NAME = 40


def run_live(network: Network, query: str) -> None:
    """Listen to a network for what a query finds, through the whole chain, until Ctrl-C or SIGTERM.

    Raises
    ------
    QueryError
        Where the query finds nothing that can be looked for.
    AlertsError
        Where the network cannot be heard, or a part of the chain does not answer.
    """
    compile_query(query)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_live(network, query))


async def _live(network: Network, query: str) -> None:
    console = Console(highlight=False)
    task = asyncio.current_task()
    assert task is not None
    # All that was started is stopped, and it is summed up what was heard; a second time changes nothing.
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    console.print(Text(f"Trying {network.name} …"))
    await require_heard(network)
    brand = Brand(id=SOURCE, name=cut(query, _LONGEST_NAME), query=query)
    title = f"Tocsin demo, live: {network.name}, for {query}. Ctrl-C ends it, nothing is kept."
    screen: Screen = LiveScreen(console) if console.is_terminal else PlainLines(console, title)
    run = LiveRun(network, brand, screen)
    try:
        await run.run()
    finally:
        console.print(Text(run.heard.summary))
