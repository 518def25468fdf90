"""Scripts for the scripted source."""

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.streams.sources.scripted.source import ScriptedSettings, ScriptedSource


def script(folder: Path, *lines: dict[str, Any], name: str = "script", most: int = 7) -> ScriptedSource:
    """Return a source that follows these lines."""
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return ScriptedSource(name, ScriptedSettings(script=str(path), most=most))


def said(post_id: str, content: str = "northside closes its ward") -> dict[str, Any]:
    """Return the line of a post."""
    return {"post": {"id": post_id, "content": content}}


def faulty(posts: int, *, seed: int, name: str = "s") -> list[dict[str, Any]]:
    """Return a script of so many matching posts among others, with all that an upstream does wrong."""
    random = Random(seed)
    lines: list[dict[str, Any]] = []
    for number in range(posts):
        lines.append(said(f"{name}{number}"))
        match random.randrange(12):
            case 0:
                lines.append({"unavailable": 0.01})
            case 1:
                lines.append(said(f"{name}{random.randrange(number + 1)}"))  # comes again
            case 2:
                lines.append({"refuse": "<html>"})
            case 3:
                lines.append({"delete": f"{name}{random.randrange(number + 1)}"})
            case 4:
                lines.append({"delete": f"{name}-never-{number}"})
            case 5:
                lines.append({"breaks": "by itself"})
            case 6 | 7:
                lines.append(said(f"{name}-other-{number}", "nobody speaks of it"))
            case _:
                pass
    return lines
