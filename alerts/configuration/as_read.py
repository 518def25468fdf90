"""A configuration in which something is wrong, as far as it can be read, so that the rest of it can be checked too."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from alerts.configuration.fields import is_list, is_mapping, section_of, takes

Model = TypeVar("Model", bound=BaseModel)
_ABSENT = object()


def as_far_as_read(model: type[Model], values: object) -> Model:
    """Build a section of what is right in it.

    What is wrong or missing has its default, or else the text as it stands, or nothing: whoever finds fault with such
    a stand-in finds it at a place that is named already. Items keep their index.
    """
    given = values if isinstance(values, Mapping) else {}
    read = {name: _read(field, given.get(name, _ABSENT)) for name, field in model.model_fields.items()}
    further = (
        {str(k): v for k, v in given.items() if k not in read} if model.model_config.get("extra") == "allow" else {}
    )
    return model.model_construct(**read, **further)


def _read(field: FieldInfo, value: Any) -> Any:
    if value is _ABSENT:
        return _stand_in(field, value)
    section = section_of(field)
    if section is not None and is_list(field):
        return tuple(as_far_as_read(section, item) for item in value) if isinstance(value, list) else ()
    if section is not None:
        return as_far_as_read(section, value) if isinstance(value, Mapping) else _stand_in(field, value)
    try:
        kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return _stand_in(field, value)


def _stand_in(field: FieldInfo, value: Any) -> Any:
    if not field.is_required() and (is_mapping(field) or not (takes(field, str) and isinstance(value, str | list))):
        return field.get_default(call_default_factory=True)
    if is_list(field):
        return tuple(item if isinstance(item, str) else "" for item in value) if isinstance(value, list) else ()
    if takes(field, SecretStr):
        return SecretStr("")
    if takes(field, str):
        return value if isinstance(value, str) else ""
    return None
