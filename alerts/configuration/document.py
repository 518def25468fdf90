"""A YAML document with the line of each of its values, and the secrets that it keeps in files."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]
"""Where a value stands: keys and indices from the top, e.g. ``("brands", 0, "query")``."""


_HOLDS_TAGS = frozenset({"query", "channel"})
"""Keys of values in which a word may begin with ``#``."""
_COMMENT = re.compile(r"[ \t]*(#\S.*)")


class Document:
    """What a configuration file says, and where it says it.

    Parameters
    ----------
    path
        The file; messages name it.
    text
        Its content.

    Raises
    ------
    yaml.YAMLError
        Where it is no YAML.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines: dict[Path_, int] = {}
        self.mistakes: list[tuple[Path_, str]] = []
        self._text = text
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        self.values: Any = {} if node is None else self._read(node, ())

    def line(self, where: Path_) -> int:
        """Return the line of a value, or of the nearest thing around it, from 1."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def _read(self, node: yaml.Node, where: Path_) -> Any:
        self.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item, (*where, i)) for i, item in enumerate(node.value)]
        self._look_for_lost_tags(node, where)
        return yaml.SafeLoader("").construct_object(node)

    def _look_for_lost_tags(self, node: yaml.Node, where: Path_) -> None:
        """Note where YAML takes the end of an unquoted value for a comment: ``query: northside OR #savenorthside``."""
        if where and where[-1] in _HOLDS_TAGS and isinstance(node, yaml.ScalarNode) and node.style is None:
            lost = _COMMENT.match(self._text, node.end_mark.index)
            if lost is not None:
                what = f"YAML takes {lost[1].rstrip()!r} for a comment"
                remedy = f"put the whole value in single quotes: {where[-1]}: '…', or a space behind the # of a comment"
                self.mistakes.append((where, f"{what}; {remedy}"))

    def _read_mapping(self, node: yaml.MappingNode, where: Path_) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*where, key)
            if here in self.lines:
                self.mistakes.append((here, f"{key} stands twice; the first is on line {self.lines[here]}"))
            self.lines[here] = key_node.start_mark.line + 1
            values[key] = self._read(value_node, here)
        return values


def read_secret_files(values: Any, folder: Path, where: Path_ = ()) -> tuple[Any, list[tuple[Path_, str]]]:
    """Replace each ``name_file: PATH`` by ``name: CONTENT``, and list the files that cannot be read.

    Paths are relative to ``folder``. A value that stands beside its own file is a mistake.
    """
    mistakes: list[tuple[Path_, str]] = []
    if isinstance(values, list):
        pairs = [read_secret_files(item, folder, (*where, i)) for i, item in enumerate(values)]
        return [v for v, _ in pairs], [m for _, ms in pairs for m in ms]
    if not isinstance(values, Mapping):
        return values, mistakes
    result: dict[str, Any] = {}
    for key, value in values.items():
        here = (*where, key)
        if isinstance(value, str) and key.endswith("_file"):
            name = key.removesuffix("_file")
            if name in values:
                mistakes.append((here, f"{key} and {name} are both set; keep one"))
                continue
            try:
                result[name] = (folder / value).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                mistakes.append((here, f"cannot read {value}: {getattr(error, 'strerror', None) or error}"))
            continue
        result[key], below = read_secret_files(value, folder, here)
        mistakes.extend(below)
    return result, mistakes
