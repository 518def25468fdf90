"""A YAML document with the line of each of its values, and the secrets that it keeps in files."""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from alerts.configuration.secret_file import read_secret
from alerts.configuration.yaml_words import yaml_mistake

Path_ = tuple[str | int, ...]
"""Where a value stands: keys and indices from the top, e.g. ``("brands", 0, "query")``."""


_HOLDS_TAGS = frozenset({"query", "channel", "name", "to", "password", "token", "username", "secret", "signing_secret"})
"""Keys of values in which a word may begin with ``#``."""
_COMMENT = re.compile(r"[ \t]*(#\S.*)")
_TOP_LEVEL = re.compile(r"^[^\s#\-{}\[\]&*!|>%@`'\"][^:\n]*:(?=\s|$)", re.MULTILINE)
_SETTING = re.compile(r"\s*(- )?\{?\s*[a-z_]+:(\s|$)")
_MOST_VALUES = 100_000
"""Aliases of aliases multiply: nine lines can stand for a thousand million values."""


class Document:
    """What a configuration file says, and where it says it.

    A section that is no YAML is named in ``mistakes``, and the others are read all the same.

    Parameters
    ----------
    path
        The file; messages name it.
    text
        Its content.

    Attributes
    ----------
    raw
        By place, how a value is written that YAML reads as something else than text.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines: dict[Path_, int] = {}
        self.raw: dict[Path_, str] = {}
        self.mistakes: list[tuple[Path_, str]] = []
        self._text = text
        self._count = 0
        self._within: list[yaml.Node] = []
        self._swallows_sections = False
        try:
            node = _composed(text)
        except yaml.YAMLError as error:
            self.values: Any = self._read_by_section(error)
        else:
            self.values = {} if node is None else self._read(node, ())
            if self._swallows_sections:
                self.lines, self.raw, self.mistakes = {}, {}, []
                self.values = self._read_by_section(yaml.YAMLError("a quotation mark is opened and never closed"))

    def line(self, where: Path_) -> int:
        """Return the line of a value, or of the nearest thing around it, from 1."""
        where = self.as_written(where)
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def as_written(self, where: Path_) -> Path_:
        """Return where a value stands that may come from a file: ``password`` may be written ``password_file``."""
        by_file = (*where[:-1], f"{where[-1]}_file") if where else where
        return by_file if where not in self.lines and by_file in self.lines else where

    def _read_by_section(self, error: yaml.YAMLError) -> dict[str, Any]:
        """Read the sections one by one, so that a slip in one does not hide what is wrong in the others."""
        values: dict[str, Any] = {}
        begins = [match.start() for match in _TOP_LEVEL.finditer(self._text)]
        for begin, end in pairwise([*begins, len(self._text)]):
            # The text before it becomes empty lines and spaces, so that every mark stays where it is.
            blank = "\n" * self._text.count("\n", 0, begin)
            try:
                node = _composed(blank + self._text[begin:end])
            except yaml.YAMLError as slip:
                key = self._text[begin:end].partition(":")[0].strip()
                line, what = yaml_mistake(slip)
                if "bracket" in what and re.search(r"\s#", self._text[begin:end]):
                    what += "; what follows # is a comment, unless it is in quotes"
                self.lines[key,] = line
                self.mistakes.append(((key,), what))
                values[key] = None
                continue
            if isinstance(node, yaml.MappingNode):
                values |= self._read_mapping(node, ())
        if not self.mistakes:
            line, what = yaml_mistake(error)
            self.lines[()] = line
            self.mistakes.append(((), what))
        return values

    def _read(self, node: yaml.Node, where: Path_) -> Any:
        self.lines.setdefault(where, node.start_mark.line + 1)
        self._count += 1
        if self._count > _MOST_VALUES:
            if self._count == _MOST_VALUES + 1:
                self.mistakes.append((where, f"more than {_MOST_VALUES} values; write out the aliases"))
            return None
        if any(node is around for around in self._within):
            self.mistakes.append((where, "an alias contains itself; write it out"))
            return None
        self._within.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._read_mapping(node, where)
            if isinstance(node, yaml.SequenceNode):
                return [self._read(item, (*where, i)) for i, item in enumerate(node.value)]
            return self._read_scalar(node, where) if isinstance(node, yaml.ScalarNode) else None
        finally:
            self._within.pop()

    def _read_scalar(self, node: yaml.ScalarNode, where: Path_) -> Any:
        self._look_for_lost_tags(node, where)
        self._look_for_swallowed_lines(node, where)
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.startswith("tag:yaml.org,2002:python"):
            self.mistakes.append((where, f"{node.tag} means nothing here; a secret is read from a file by KEY_file"))
            return str(node.value)
        try:
            value = yaml.SafeLoader("").construct_object(node)
        except (yaml.YAMLError, ValueError):  # 2026-02-30 looks like a date and is none
            return str(node.value)
        if not isinstance(value, str):
            self.raw[where] = str(node.value)
        return value

    def _look_for_lost_tags(self, node: yaml.ScalarNode, where: Path_) -> None:
        """Note where YAML takes the end of an unquoted value for a comment: ``query: northside OR #savenorthside``."""
        if where and where[-1] in _HOLDS_TAGS and node.style is None:
            lost = _COMMENT.match(node.end_mark.buffer or "", node.end_mark.pointer)
            if lost is not None:
                reading = f"YAML takes {lost[1].rstrip(chr(0)).rstrip()!r} for a comment"
                if where[-1] not in {"query", "channel", "name", "to"}:
                    reading = "YAML reads what follows # as a comment"
                remedy = f"put the whole value in single quotes: {where[-1]}: '…', or add a space after a comment's #"
                self.mistakes.append((where, f"{reading}; {remedy}"))

    def _look_for_swallowed_lines(self, node: yaml.ScalarNode, where: Path_) -> None:
        """Note where a quotation mark that was forgotten makes text of the settings up to the next one."""
        if node.style not in {"'", '"'} or node.end_mark.line == node.start_mark.line:
            return
        held = (node.start_mark.buffer or "")[node.start_mark.pointer : node.end_mark.pointer]
        lines = held.splitlines()[1:]
        self._swallows_sections |= any(_TOP_LEVEL.match(line) for line in lines)
        if any(_SETTING.match(line) for line in lines):
            self.mistakes.append(
                (where, f"a quotation mark is opened here and closed on line {node.end_mark.line + 1}; is one missing?")
            )

    def _read_mapping(self, node: yaml.MappingNode, where: Path_) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.lines.setdefault(where, key_node.start_mark.line + 1)
                self.mistakes.append((where, "there is a bracket in place of a setting's name; write `key: value`"))
                continue
            key = str(key_node.value)
            here = (*where, key)
            if here in self.lines:
                self.mistakes.append((here, f"{key} is there twice; the first is on line {self.lines[here]}; keep one"))
            if key_node.tag == "tag:yaml.org,2002:merge":
                self.mistakes.append((here, "YAML's merge key << is not supported; write out its contents"))
                continue
            self.lines[here] = key_node.start_mark.line + 1
            values[key] = self._read(value_node, here)
        return values


def _composed(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as error:
        raise yaml.YAMLError("too deep") from error
    return node


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
                result[name] = read_secret(folder, value)
            except ValueError as error:
                mistakes.append((here, str(error)))
            continue
        result[key], below = read_secret_files(value, folder, here)
        mistakes.extend(below)
    return result, mistakes
