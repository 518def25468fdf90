"""Processes beside the workers that do nothing but take CPU time."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def busy_processes(count: int) -> Iterator[None]:
    """Keep so many processes busy while the block runs. They end with the block, and with this process as well."""
    # A process whose parent was killed would go on for ever: it looks who its parent is, now and then.
    loop = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(1_000_000))\n"
    started = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()
