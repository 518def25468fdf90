"""``tocsin demo`` as its users run it: on real processes, to its end."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.patience import PATIENCE_S
from tests.streams.sources.bluesky.network import jetstream
from tests.streams.sources.bluesky.posts import DID, key

SHARE = "0.25"
"""Of the story's mentions: its shape is the same, and the test is over sooner."""
KEYS = {
    "mentions", "incidents", "pages_sent", "slack_messages", "acknowledged_by", "lead_time_s", "lost", "duplicated",
}  # fmt: skip


async def test_the_demo_rings_is_answered_and_loses_nothing(tmp_path):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tocsin", "demo", "--headless", "--json", "--scale", SHARE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip

    out, told = await asyncio.wait_for(process.communicate(), 3 * PATIENCE_S)

    found = json.loads(out)
    assert set(found) == KEYS, told.decode()
    assert found["mentions"] > 20_000
    assert (found["lost"], found["duplicated"]) == (0, 0)
    assert found["pages_sent"] >= 1
    assert found["acknowledged_by"] == "Demo (automatic)"
    assert found["slack_messages"] >= 1
    assert found["lead_time_s"] > 0
    assert process.returncode == 0, told.decode()
    assert await asyncio.to_thread(left_behind, tmp_path) == []


def left_behind(folder: Path) -> list[str]:
    """Name the processes that still use the demo's folder, and the folders that are still there."""
    running = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended since
            running.append(path.read_text(errors="replace"))
    return [command for command in running if str(folder) in command] + list(map(str, folder.glob("tocsin-demo-*")))


async def test_the_live_demo_shows_what_a_network_says_and_leaves_nothing_behind_when_it_is_ended(tmp_path):
    async with jetstream() as host:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tocsin", "demo", "--live", "bluesky", "--brand", "northside", "--host", host.url,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(tmp_path), "COLUMNS": "200"},
        )  # fmt: skip
        assert process.stdout is not None
        said: list[str] = []
        async with asyncio.timeout(2 * PATIENCE_S):
            await host.subscribed(1)  # tried
            await host.emit("identity", DID, {"handle": "ida.example"})
            await host.subscribed(2)  # listened to
            now = datetime.now(UTC).isoformat()
            for number, text in enumerate(("lovely weather", "northside is awful, a disgrace", "northside is open")):
                await host.post(DID, key(number), {"text": text, "createdAt": now, "langs": ["en"]})
            while not all(any(word in line for line in said) for word in ("is awful", "is open")):
                line = await process.stdout.readline()
                assert line, said
                said.append(line.decode())

            process.send_signal(signal.SIGINT)
            said += (await process.stdout.read()).decode().splitlines()
            await process.wait()

    assert process.returncode == 0, said
    assert ["negative" in line for line in said if "northside is awful" in line] == [True]
    assert ["calm" in line for line in said if "northside is open" in line] == [True]
    assert not [line for line in said if "lovely" in line]
    assert "Ending what was started …" in said
    assert "2 matched, 1 of them negative." in said[-1]
    assert await asyncio.to_thread(left_behind, tmp_path) == []
