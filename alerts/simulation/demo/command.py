"""``tocsin demo``: who watches, and what is printed at the end."""

import asyncio
import contextlib
import signal

import msgspec
from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

from alerts.errors import AlertsError
from alerts.simulation.demo.drawing import addresses_line
from alerts.simulation.demo.ending import ending
from alerts.simulation.demo.run import DemoRun, Ended
from alerts.simulation.demo.screen import LiveScreen, PlainLines, Screen
from alerts.simulation.demo.view import LABEL
from alerts.simulation.stories.film_rental import story
from alerts.simulation.stories.story import Story

TITLE = f"Tocsin demo. {LABEL}."


def run_demo(*, headless: bool, as_json: bool, scale: float) -> None:
    """Tell the film rental's story through the whole chain.

    Parameters
    ----------
    headless
        Take the incident through its link, and end with the story; else wait for a person, and stay until Ctrl-C.
    as_json
        Print one object and nothing else on stdout.
    scale
        Share of the story's mentions.

    Raises
    ------
    AlertsError
        Where a part does not answer, or what was promised was not kept.
    """
    asyncio.run(_demo(headless=headless, as_json=as_json, scale=scale))


async def _demo(*, headless: bool, as_json: bool, scale: float) -> None:
    console = Console(stderr=as_json, highlight=False)
    screen: Screen = LiveScreen(console) if console.is_terminal and not headless else PlainLines(console, TITLE)
    task = asyncio.current_task()
    assert task is not None
    # As Ctrl-C: whatever was started is stopped.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)

    async def afterwards(ended: Ended) -> None:
        console.print(ending(ended.frame, ended.found, ended.alarm, ended.missed))
        if as_json:
            print(msgspec.json.encode(ended.found).decode(), flush=True)  # noqa: T201
        if not headless and ended.frame.addresses is not None:
            console.print(Text("All of it still runs: the page, the inbox, the metrics. Look around."))
            console.print(addresses_line(ended.frame.addresses, all_metrics=True), soft_wrap=True)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    ended = await DemoRun(scaled(story(), scale), screen, headless=headless).run(afterwards)
    if headless and ended.missed:
        raise AlertsError(f"the demo did not go as promised: {'; '.join(ended.missed)}")


def scaled(whole: Story, scale: float) -> Story:
    """Return the story with so large a share of its mentions; 1 is the published figures."""
    strands = tuple(replace(strand, per_minute=strand.per_minute * scale) for strand in whole.strands)
    return replace(whole, strands=strands, scale=whole.scale * scale)
