"""What the environment says: ``TOCSIN_SECTION__KEY``, and ``…_FILE`` for what stands in a file."""

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from alerts.configuration.document import Path_
from alerts.configuration.fields import field_at, is_list, section_of, settable
from alerts.configuration.secret_file import read_secret

PREFIX = "TOCSIN_"
_NO_SETTINGS = frozenset({"TOCSIN_CONFIG", "TOCSIN_REQUIRE_KAFKA", "TOCSIN_REQUIRE_TOOLS"})
"""Read by the command line and the test suite."""
_SERVICE_LINK = re.compile(r".*(_SERVICE_HOST|_SERVICE_PORT(_\w+)?|_PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)")
"""What Kubernetes puts into each container where a service is called ``tocsin`` or ``tocsin-…``."""


class Overlaid(Struct, frozen=True, kw_only=True):
    """The values of the file with those of the environment over them.

    Attributes
    ----------
    variables
        Which variable set a place.
    mistakes
        By variable, what is wrong.
    """

    values: dict[str, Any]
    variables: dict[Path_, str] = field(default_factory=dict)
    mistakes: list[tuple[str, str]] = field(default_factory=list)


def overlay(values: dict[str, Any], environment: Mapping[str, str], folder: Path, model: type[BaseModel]) -> Overlaid:
    """Put the environment's values over those of the file.

    Parameters
    ----------
    folder
        What paths of secrets are relative to.
    model
        The configuration's.
    """
    done = Overlaid(values=dict(values))
    for name, text in sorted(environment.items()):
        variable = name.upper()
        if not variable.startswith(PREFIX) or variable in _NO_SETTINGS or not text.strip():
            continue
        where: Path_ = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        found, by_file = field_at(model, where), False
        if found is None and variable.endswith("_FILE"):
            where, by_file = (*where[:-1], str(where[-1]).removesuffix("_file")), True
            found = field_at(model, where)
        try:
            if found is not None:
                _set(done, name, where, _read(found, read_secret(folder, text) if by_file else text))
            elif not _is_service_link(variable, text):
                raise ValueError(_unknown(variable, model))  # noqa: TRY301 - told with the others
        except ValueError as error:
            done.mistakes.append((name, str(error)))
    return done


def _set(done: Overlaid, name: str, where: Path_, value: Any) -> None:
    if where in done.variables:
        raise ValueError(f"sets what {done.variables[where]} sets too; keep one")
    if _put(done.values, where, value):
        done.variables[where] = name


def _read(found: FieldInfo, text: str) -> Any:
    if section_of(found) is not None:
        try:
            return json.loads(text)
        except ValueError:
            kind = "list of objects" if is_list(found) else "object"
            raise ValueError(f"sets a whole section, but is not a JSON {kind}; write it in the file instead") from None
    if not is_list(found):
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            raise ValueError('begins with [ but is not a JSON list; write a,b or ["a", "b"]') from None
    return [part for part in re.split(r"[,\s]+", text) if part]


def _put(values: dict[str, Any], where: Path_, value: Any) -> bool:
    *sections, key = where
    target: Any = values
    for section in sections:
        below = target.get(section)
        if below is not None and not isinstance(below, Mapping):
            return False  # the file's own mistake, and told as such
        target[section] = target = dict(below or {})
    old = target.get(key)
    target[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return True


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _unknown(variable: str, model: type[BaseModel]) -> str:
    known = [PREFIX + "__".join(place).upper() for place, _ in settable(model)]
    asked = variable.removesuffix("_FILE") if variable.endswith("_FILE") else variable
    plain = {name.replace("__", "_"): name for name in known}
    close = plain.get(re.sub("_+", "_", asked)) or next(
        iter(difflib.get_close_matches(asked, known, n=1, cutoff=0.7)), ""
    )
    if close:
        return f"sets nothing; did you mean {close}{variable.removeprefix(asked)}?"
    return "sets nothing; a variable is named TOCSIN_SECTION__KEY, and settings in a list are only set in the file"


def _is_service_link(variable: str, text: str) -> bool:
    """Whether Kubernetes may have made the variable: a port alone would be a mistaken ``TOCSIN_WEB__PORT``."""
    if not _SERVICE_LINK.fullmatch(variable):
        return False
    return not variable.endswith("_PORT") or variable.endswith("_SERVICE_PORT") or "://" in text
