"""The rooms of the product and the imports between them, as the picture in ``docs/architecture.md``.

``python -m tests.rooms`` draws it anew, in Mermaid, which the reader of a page on a forge sees as a picture.
"""

import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- python -m tests.rooms -->", "<!-- to here -->"
PACKAGES = ("alerts", "streams", "detectors")

Arrows = dict[str, set[str]]


def arrows() -> Arrows:
    """Return for each room those that it imports from; what lies at the top of a package is the room ``top``."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    rooms = {module.rpartition(".")[0] for module in graph.modules if module.count(".") > 1}

    def room_of(module: str) -> str:
        package, _, rest = module.partition(".")
        first = rest.partition(".")[0]
        return f"{package}/{first}" if f"{package}.{first}" in rooms else f"{package}/top"

    found: Arrows = {room_of(module): set() for module in graph.modules}
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            if room_of(module) != room_of(other):
                found[room_of(module)].add(room_of(other))
    return found


def fewest(found: Arrows) -> Arrows:
    """Leave out arrows that follow from others, so that what is left can be looked at."""

    def reached(room: str) -> set[str]:
        return found[room].union(*(reached(other) for other in found[room]))

    return {room: {o for o in to if not any(o in reached(x) for x in to if x != o)} for room, to in found.items()}


def picture(found: Arrows) -> str:
    """Return the rooms as a flow chart, an arrow from whoever imports."""
    lines = ["```mermaid", "flowchart TB"]
    for package in PACKAGES:
        rooms = sorted(room for room in found if room.startswith(f"{package}/"))
        lines += [f"  subgraph {package}"]
        lines += [f'    {room.replace("/", "_")}["{room.partition("/")[2]}"]' for room in rooms]
        lines += ["  end"]
    few = fewest(found)
    lines += [
        f"  {room.replace('/', '_')} --> {o.replace('/', '_')}" for room in sorted(few) for o in sorted(few[room])
    ]
    return "\n".join([*lines, "```"])


def drawn(page: str) -> str:
    """Return the page with the picture of now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{picture(arrows())}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
    sys.stdout.write(f"{PAGE}: drawn\n")
