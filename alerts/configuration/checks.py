"""What no single section can know: names that must be unique, known, and of use together."""

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from alerts.configuration.document import Path_
from alerts.receivers.registry import RECEIVERS
from streams.errors import QueryError
from streams.query import compile_query

if TYPE_CHECKING:
    from alerts.configuration.configuration import Configuration

Mistake = tuple[Path_, str]


def mistakes(configuration: "Configuration") -> list[Mistake]:
    """Return all that is wrong across sections, each with its place."""
    return [
        *_repeated("brands", [b.id for b in configuration.brands]),
        *_repeated("policies", [p.id for p in configuration.policies]),
        *_repeated("receivers", [r.id for r in configuration.receivers]),
        *_queries(configuration),
        *_policies(configuration),
        *_receivers(configuration),
        *_links(configuration),
    ]


def _repeated(section: str, ids: Sequence[str]) -> Iterator[Mistake]:
    for i, name in enumerate(ids):
        if name in ids[:i]:
            yield (section, i, "id"), f"{name} is taken; every id in {section} must differ"


def _queries(configuration: "Configuration") -> Iterator[Mistake]:
    for i, brand in enumerate(configuration.brands):
        if brand.id == "tocsin":
            yield ("brands", i, "id"), "tocsin names the service's own watch; choose another id"
        try:
            compile_query(brand.query)
        except QueryError as error:
            yield ("brands", i, "query"), str(error)


def _policies(configuration: "Configuration") -> Iterator[Mistake]:
    known = [p.id for p in configuration.policies]
    for i, brand in enumerate(configuration.brands):
        if brand.policy not in known and not (brand.policy == "default" and len(known) <= 1):
            yield (
                ("brands", i, "policy" if "policy" in brand.model_fields_set else "id"),
                _unknown("policy", brand.policy, known),
            )
    receivers = [r.id for r in configuration.receivers]
    for i, policy in enumerate(configuration.policies):
        for j, step in enumerate(policy.steps):
            for k, name in enumerate(step.notify):
                if name not in receivers:
                    yield ("policies", i, "steps", j, "notify", k), _unknown("receiver", name, receivers)


def _receivers(configuration: "Configuration") -> Iterator[Mistake]:
    for i, receiver in enumerate(configuration.receivers):
        kinds = receiver.kinds
        if len(kinds) != 1:
            told = " and ".join(kinds) or "none"
            yield ("receivers", i), f"needs exactly one kind of {', '.join(sorted(RECEIVERS))}; it has {told}"
            continue
        kind, settings = next(iter(kinds.items()))
        if kind not in RECEIVERS:
            yield ("receivers", i, kind), _unknown("kind of receiver", kind, sorted(RECEIVERS))
            continue
        try:
            RECEIVERS[kind].settings.model_validate(settings)
        except ValidationError as error:
            for item in error.errors():
                known = list(RECEIVERS[kind].settings.model_fields)
                what = {"extra_forbidden": f"unknown setting; known here: {', '.join(known)}", "missing": "is missing"}
                yield ("receivers", i, kind, *item["loc"]), what.get(item["type"], item["msg"])


def _links(configuration: "Configuration") -> Iterator[Mistake]:
    for i, key in enumerate(configuration.links.keys):
        if len(key.get_secret_value()) < 16:
            yield ("links", "keys", i), "a signing key has 16 characters at least; `openssl rand -base64 32` makes one"


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known) or 'none yet'}"
    return f"there is no {what} named {name}; {hint}"
