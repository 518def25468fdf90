"""What is wrong with a value, in words for people: what is needed, what stands there, and what to do."""

import difflib
from collections.abc import Callable, Sequence
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from alerts.configuration.fields import is_secret, section_of

_FORMS = {
    "id": "may hold lower-case letters, digits and hyphens, at most 63",
    "policy": "may hold lower-case letters, digits and hyphens, at most 63",
    "notify": "may hold lower-case letters, digits and hyphens, at most 63",
    "peers": "may hold lower-case letters, digits and hyphens, at most 63",
    "channel": 'must be a channel\'s name with #, in quotes: "#crisis", or its id such as C0123456789',
    "to": "must be one mail address, such as chief@example.org",
    "sender": "must be one mail address, such as tocsin@example.org",
    "url": "must be a web address, such as https://hooks.example.org/tocsin",
    "base_url": "must be a web address that begins with https://",
}
"""What a text must look like, where a pattern says it."""
_MOST_SHOWN = 60
Words = Callable[[str, Any, FieldInfo | None], str]
"""What is needed, from the setting's name, pydantic's context and the setting."""


def explained(item: ErrorDetails, field: FieldInfo | None, known: Sequence[str], raw: str | None) -> str:
    """Put one of pydantic's complaints into words.

    Parameters
    ----------
    field
        The setting that it is about; the value of a secret, or of what is unknown, is not shown.
    known
        Names of the settings of the section that it stands in.
    raw
        How the value is written, where YAML reads it as something else than text.
    """
    kind, value = item["type"], item["input"]
    key = next((str(part) for part in reversed(item["loc"]) if isinstance(part, str)), "")
    if kind == "value_error":
        return item["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        words = f"unknown setting{suggestion(key, known)}"
    elif kind == "missing":
        words = "is missing; add it"
    elif key == "query" and (kind == "string_type"):
        words = "must be text; put the whole query in single quotes: query: '…'"
    elif value is None:
        words = "has no value; write one after the colon, or remove the line"
    elif kind == "string_type":
        words = _no_text(key, value, raw, secret=is_secret(field))
    elif kind in {"model_type", "model_attributes_type", "dict_type"}:
        words = f"must be a section with its own settings{_known(known)}{_glued(value)}"
    else:
        words = _needed(kind)(key, item.get("ctx", {}), field) + (
            "" if is_secret(field) else f"; it is {shown(value, raw)}"
        )
    return words


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return the nearest of the known names, as the end of a sentence, or all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known here: {', '.join(known)}" if known else ""


def shown(value: Any, raw: str | None = None) -> str:
    """Return a value as it is shown in a message: short, and as it is written."""
    if isinstance(value, dict):
        return "a section of its own"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    text = repr(value) if isinstance(value, str) and raw is None else str(raw if raw is not None else value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}… ({len(str(value))} characters)"


def trapped(raw: str, value: Any) -> str | None:
    """Say where YAML reads a number otherwise than people do, or a word as a number; ``None`` where it does not."""
    if isinstance(value, bool):
        return f"must be a number; YAML reads {raw} as {_truth(value)}"
    if isinstance(value, int) and ":" in raw:
        return f"YAML reads {raw} as {value}, in base 60; write a number, or a duration such as 90s, 10m or 4h"
    if isinstance(value, int) and len(raw) > 1 and raw.lstrip("+-").startswith("0") and raw.lstrip("+-").isdigit():
        return f"YAML reads {raw} as {value}, in octal; write it without the leading zero"
    return None


def _no_text(key: str, value: Any, raw: str | None, *, secret: bool) -> str:
    if isinstance(value, dict | list):
        return f"must be text; it is {shown(value)}"
    if secret:
        return f"must be text; put it in single quotes: {key}: '…'"
    written = raw if raw is not None else str(value)
    read = _truth(value) if isinstance(value, bool) else "a number" if isinstance(value, int | float) else "a date"
    return f"must be text; YAML reads {written} as {read}; put it in single quotes: '{written}'"


def _truth(value: bool) -> str:  # noqa: FBT001 - it is what is worded
    return "a yes (true)" if value else "a no (false)"


def _glued(value: Any) -> str:
    """Point at the space that is missing in ``id:northside``."""
    if isinstance(value, str) and ":" in value:
        return f"; put a space after the colon: {value[:_MOST_SHOWN].replace(':', ': ', 1)}"
    return f"; it is {shown(value) if not isinstance(value, str) else 'text'}"


def _known(known: Sequence[str]) -> str:
    return f" ({', '.join(known)})" if known else ""


def _described(field: FieldInfo | None) -> str:
    description = "" if field is None or not field.description else f": {field.description.rstrip('.')}"
    return f"is not valid{description}; docs/operating.md explains it"


def _list(key: str, _context: Any, field: FieldInfo | None) -> str:
    if field is not None and section_of(field) is not None:
        return "must be a list; start each item on its own line with `- `"
    return f"must be a list; write {key}: [first, second]"


def _bounds(_key: str, context: Any, field: FieldInfo | None) -> str:
    least = most = above = None
    for rule in [] if field is None else field.metadata:
        least, most = getattr(rule, "ge", least), getattr(rule, "le", most)
        above = getattr(rule, "gt", above)
    if least is not None and most is not None:
        return f"must be from {least} to {most}"
    if above is not None and most is not None:
        return f"must be above {above} and at most {most}"
    [limit] = [context[name] for name in ("ge", "gt", "le", "lt") if name in context] or [""]
    if "ge" in context:
        return f"must be at least {limit}"
    if "le" in context:
        return f"must be at most {limit}"
    return f"must be {'above' if 'gt' in context else 'below'} {limit}"


def _choice(_key: str, context: Any, _field: FieldInfo | None) -> str:
    return f"must be {context.get('expected', '')}".replace("'", "")


def _fixed(words: str) -> Words:
    return lambda _key, _context, _field: words


_WHOLE = _fixed("must be a whole number, such as 8")
_NUMBER = _fixed("must be a number, such as 0.25")
_TRUTH = _fixed("must be true or false")
_NEEDED: dict[str, Words] = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _TRUTH),
    **dict.fromkeys(("tuple_type", "list_type"), _list),
    **dict.fromkeys(("greater_than", "greater_than_equal", "less_than", "less_than_equal"), _bounds),
    "too_short": _fixed("must name at least one"),
    "too_long": lambda _key, context, _field: f"may have at most {context.get('max_length')} items",
    "string_too_short": _fixed("must not be empty"),
    "string_too_long": lambda _key, context, _field: f"may have at most {context.get('max_length')} characters",
    "literal_error": _choice,
    "string_pattern_mismatch": lambda key, _context, field: _FORMS.get(key) or _described(field),
}


def _needed(kind: str) -> Words:
    return _NEEDED.get(kind, lambda _key, _context, field: _described(field))
