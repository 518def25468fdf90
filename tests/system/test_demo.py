"""``tocsin demo --headless --json`` as its users run it: on real processes, to its end."""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

from tests.patience import PATIENCE_S

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
