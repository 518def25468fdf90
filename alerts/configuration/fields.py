"""Which setting stands at a place: the models of the configuration, walked by keys and indices."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from alerts.configuration.document import Path_
from alerts.configuration.kinds import kind_model


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a field that is a section, or a list of sections."""
    return next((part for part in _parts(field.annotation) if _is_model(part)), None)


def is_list(field: FieldInfo) -> bool:
    """Whether a field takes a list."""
    return any((get_origin(part) or part) in {tuple, list} for part in _options(field.annotation))


def is_mapping(field: FieldInfo) -> bool:
    """Whether a field takes names with values."""
    return any(get_origin(part) is dict for part in _options(field.annotation))


def is_secret(field: FieldInfo | None) -> bool:
    """Whether a field's value may be shown nowhere; what is unknown may not."""
    return field is None or SecretStr in _parts(field.annotation)


def takes(field: FieldInfo, kind: type) -> bool:
    """Whether a field is of a kind such as ``bool`` or ``str``."""
    return kind in _parts(field.annotation)


def field_at(model: type[BaseModel], where: Path_) -> FieldInfo | None:
    """Return the field at a place; an index into a list of plain values has the list's. ``None`` where none is."""
    owner: type[BaseModel] | None = model
    field: FieldInfo | None = None
    for key in where:
        if isinstance(key, int):
            if field is None or not is_list(field):
                return None
            continue
        if owner is None:
            return None
        if (settings := kind_model(owner, key)) is not None:
            owner, field = settings, None
            continue
        field = owner.model_fields.get(key)
        if field is None:
            return None
        owner = section_of(field)
    return field


def known_at(model: type[BaseModel], where: Path_) -> list[str]:
    """Return the names of the settings that a section has."""
    owner: type[BaseModel] | None = model
    for key in where:
        if isinstance(key, int) or owner is None:
            continue
        if (settings := kind_model(owner, key)) is not None:
            owner = settings
            continue
        field = owner.model_fields.get(key)
        owner = None if field is None else section_of(field)
    return [] if owner is None else list(owner.model_fields)


def settable(model: type[BaseModel], within: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """List what an environment variable may set: every field that stands in no list, with its place."""
    for name, field in model.model_fields.items():
        here = (*within, name)
        yield here, field
        section = section_of(field)
        if section is not None and not is_list(field):
            yield from settable(section, here)


def _options(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _options(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        return [option for part in get_args(annotation) for option in _options(part)]
    return [annotation]


def _parts(annotation: Any) -> list[Any]:
    """Return the plain types that an annotation is made of."""
    found = []
    for option in _options(annotation):
        arguments = get_args(option)
        found += [option] if not arguments else [part for argument in arguments for part in _parts(argument)]
    return found


def _is_model(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)
