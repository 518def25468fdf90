"""Reading what breaks the schema in places: each broken value is left out, and the rest is kept. Pure; slow."""

import json
import types
import typing
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from streams.errors import BadMentionError

StructT = TypeVar("StructT", bound=Struct)


def read_leniently(data: bytes, kind: type[StructT]) -> StructT:
    r"""Read JSON of which a strict decoder says that it breaks the schema or the rules of text.

    Bytes that are no UTF-8, and halves of characters, become U+FFFD. A value of the wrong type counts as absent.

    Raises
    ------
    BadMentionError
        Where it is no JSON object, or lacks what must be there.

    Examples
    --------
    >>> from streams.sources.bluesky.record import Record
    >>> read_leniently(rb'{"text": "caf\u00e9 \ud83d", "langs": 1, "createdAt": "2024-02-30T00:00:00Z"}', Record).text
    'café �'
    """
    try:
        value = json.loads(data.decode(errors="replace"))
    except RecursionError as error:
        raise BadMentionError("json", "nested too deeply") from error
    except ValueError as error:
        raise BadMentionError("json", str(error)) from error
    if not isinstance(value, dict):
        raise BadMentionError("schema", f"expected an object, got {type(value).__name__}")
    try:
        return _convert(_whole_characters(value), kind)
    except RecursionError as error:
        raise BadMentionError("json", "nested too deeply") from error
    except msgspec.ValidationError as error:
        raise BadMentionError("schema", str(error)) from error


def _convert(value: dict[str, Any], kind: type[StructT]) -> StructT:
    kept: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in value:
            continue
        stated = value[field.encode_name]
        try:
            kept[field.name] = msgspec.convert(stated, field.type)
        except msgspec.ValidationError:
            if field.required:
                raise
            mended = _mended(stated, field.type)
            if mended is not None:
                kept[field.name] = mended
    missing = [field.encode_name for field in msgspec.structs.fields(kind) if field.required and field.name not in kept]
    if missing:
        raise msgspec.ValidationError(f"{', '.join(missing)}: missing")
    return kind(**kept)


def _mended(stated: object, wanted: Any) -> object:
    """Return what can be kept of a value; ``None`` for nothing."""
    options = typing.get_args(wanted) if isinstance(wanted, types.UnionType) or _is_union(wanted) else (wanted,)
    for option in options:
        if isinstance(stated, list) and typing.get_origin(option) is list:
            (inner,) = typing.get_args(option)
            return [one for one in (_one(element, inner) for element in stated) if one is not None]
        if isinstance(stated, dict) and isinstance(option, type) and issubclass(option, Struct):
            return _one(stated, option)
    return None


def _is_union(wanted: Any) -> bool:
    return typing.get_origin(wanted) is typing.Union


def _one(stated: object, kind: Any) -> object:
    try:
        return msgspec.convert(stated, kind)
    except msgspec.ValidationError:
        pass
    if not (isinstance(stated, dict) and isinstance(kind, type) and issubclass(kind, Struct)):
        return None
    try:
        return _convert(stated, kind)
    except msgspec.ValidationError:
        return None


def _whole_characters(value: Any) -> Any:
    """Replace halves of characters, which JSON can escape and no encoding can write."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(element) for element in value]
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(element) for key, element in value.items()}
    return value
