"""What YAML's own complaints mean, in words for people, each with what to do about it."""

import re
from collections.abc import Sequence

import yaml

_SAID: Sequence[tuple[str, str]] = (
    (r"found character '\\t'", "a tab where YAML needs spaces; indent with spaces only"),
    (r"found character '(.)'", "{0} may not begin a value; put the whole value in single quotes"),
    (r"found unexpected end of stream", "a quotation mark is opened and never closed; close it"),
    (r"mapping values are not allowed", ("a colon in the wrong place; put text that contains one in single quotes, and "
     "start the settings of one section in the same column")),
    (r"could not find expected ':'", "a colon is missing, or the space after it; write `key: value`"),
    (r"expected ',' or '[]}]'", "a bracket is opened and never closed, or a comma is missing"),
    (r"expected the node content", "a bracket is opened and never closed, or there is one comma too many"),
    (r"expected <block end>", ("this line starts in another column than those it belongs to; align them, and "
     "start each list item with `- `")),
    (r"sequence entries are not allowed", "a list item may not follow a key; start it on its own line"),
    (r"found undefined alias", "* may not begin a value (YAML reads it as an alias); put the value in single quotes"),
    (r"(did not find expected|expected) alphabetic or numeric", "& and * may not begin a value; quote it"),
    (r"another document", "--- begins a second document, which would not be read; keep one"),
    (r"recursion|too deep", "brackets are nested too deeply"),
    (r"special characters", "a character that no text file should contain; delete it"),
)  # fmt: skip
_QUERY = re.compile(r"[\s{,-]*query\s*:")


def yaml_mistake(error: yaml.YAMLError) -> tuple[int, str]:
    """Return the line, from 1, and what is wrong there."""
    if isinstance(error, yaml.reader.ReaderError):
        text = "not YAML: a character that no text file should contain"
        return 1, f"{text} ({error.character!r} at position {error.position}); delete it"
    problem = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None)
    if "quoted scalar" in context and "unexpected end" in problem:
        mark = getattr(error, "context_mark", None) or mark
    what = _in_words(problem)
    source = (mark.get_snippet(indent=0, max_length=10_000) or "").split("\n")[0] if mark else ""
    if _QUERY.match(source):
        what = f"{what.split('; ')[0]}; put the whole query in single quotes: query: '…'"
    column = f", column {mark.column + 1}" if mark else ""
    return (mark.line + 1 if mark else 1), f"not YAML{column}: {what}"


def _in_words(problem: str) -> str:
    for pattern, words in _SAID:
        if match := re.search(pattern, problem):
            return words.format(*match.groups()) if "{0}" in words else words
    return f"{problem}; check indentation, quotes and colons"
