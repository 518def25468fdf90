"""What no single section can know: names that must be unique, known, and of use together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from alerts.configuration.document import Path_
from alerts.configuration.fields import field_at, known_at
from alerts.configuration.kafka_access import access_mistakes
from alerts.configuration.kinds import KindSection
from alerts.configuration.texts_of_sources import mistakes_of_texts
from alerts.configuration.wording import explained, shown, suggestion
from streams.errors import QueryError
from streams.queries.query import compile_query

if TYPE_CHECKING:
    from alerts.configuration.configuration import Configuration

Mistake = tuple[Path_, str]


def mistakes(configuration: "Configuration", raw: Mapping[Path_, str] | None = None) -> list[Mistake]:
    """Return all that is wrong across sections, each with its place.

    Parameters
    ----------
    raw
        By place, how a value is written that YAML reads as something else than text.
    """
    raw = raw or {}
    return [
        *_repeated("brands", [b.id for b in configuration.brands]),
        *_repeated("policies", [p.id for p in configuration.policies]),
        *_repeated("receivers", [r.id for r in configuration.receivers]),
        *_repeated("sources", [s.id for s in configuration.sources]),
        *_queries(configuration),
        *_peers(configuration),
        *_policies(configuration),
        *_kinds("receivers", "receiver", configuration.receivers, raw),
        *_kinds("sources", "source", configuration.sources, raw),
        *_brands_of_sources(configuration),
        *mistakes_of_texts(configuration),
        *_secrets(configuration),
        *_ports(configuration),
        *((("kafka", key), what) for key, what in access_mistakes(configuration.kafka)),
    ]


def _repeated(section: str, ids: Sequence[str]) -> Iterator[Mistake]:
    for i, name in enumerate(ids):
        if name in ids[:i]:
            yield (
                (section, i, "id"),
                f"{name} is taken by {section}[{ids.index(name)}]; each id in {section} must be unique",
            )


def _queries(configuration: "Configuration") -> Iterator[Mistake]:
    for i, brand in enumerate(configuration.brands):
        if brand.id == "tocsin":
            yield ("brands", i, "id"), "tocsin is the service's own name; choose another id"
        try:
            compile_query(brand.query)
        except QueryError as error:
            yield ("brands", i, "query"), str(error)


def _peers(configuration: "Configuration") -> Iterator[Mistake]:
    known = [brand.id for brand in configuration.brands]
    for i, brand in enumerate(configuration.brands):
        for k, name in enumerate(brand.peers):
            where: Path_ = ("brands", i, "peers", k)
            if name == brand.id:
                yield where, f"{name} is the brand itself; name the others that it is compared with"
            elif name in brand.peers[:k]:
                yield where, f"{name} is named twice; remove one of them"
            elif name not in known:
                others = [other for other in known if other != brand.id]
                yield where, f"{_unknown('brand', name, others)}; a peer must be watched: give it an entry in brands"


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


def _kinds(section: str, what: str, items: Sequence[KindSection], raw: Mapping[Path_, str]) -> Iterator[Mistake]:
    """Find fault with each item that names a kind, and with the kind's settings."""
    for i, item in enumerate(items):
        kinds, models = item.kinds, item.models()
        strange = [name for name in kinds if name not in models]
        if len(kinds) > 1 and strange:
            own = [name for name in type(item).model_fields if name != "id"]
            for name in strange:
                yield (section, i, name), _unknown("setting or kind", name, [*own, *sorted(models)])
            continue
        if len(kinds) != 1:
            given = " and ".join(kinds) or "none"
            yield (section, i), f"needs exactly one kind of {', '.join(sorted(models))}; it has {given}"
            continue
        kind, settings = next(iter(kinds.items()))
        if kind not in models:
            yield (section, i, kind), _unknown(f"kind of {what}", kind, sorted(models))
            continue
        model = models[kind]
        if not isinstance(settings, Mapping):
            given = "nothing" if settings is None else shown(settings)
            hint = "" if _has_required(model) or settings is not None else f"; write `{kind}: {{}}`"
            yield (section, i, kind), f"must be a section with {', '.join(model.model_fields)}; it is {given}{hint}"
            continue
        try:
            model.model_validate(settings)
        except ValidationError as error:
            for wrong in error.errors():
                where: Path_ = (section, i, kind, *wrong["loc"])
                yield (
                    where,
                    explained(wrong, field_at(model, wrong["loc"]), known_at(model, wrong["loc"][:-1]), raw.get(where)),
                )


def _brands_of_sources(configuration: "Configuration") -> Iterator[Mistake]:
    """Find the brands that a source's searches are said to be for, and that do not exist."""
    known = [brand.id for brand in configuration.brands]
    for i, source in enumerate(configuration.sources):
        for kind, settings in source.kinds.items():
            stated = settings.get("brands") if isinstance(settings, Mapping) else None
            for search, brand in (stated or {}).items() if isinstance(stated, Mapping) else ():
                if isinstance(brand, str) and brand not in known:
                    yield ("sources", i, kind, "brands", search), _unknown("brand", brand, known)


def _has_required(model: type[BaseModel]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())


def unready(configuration: "Configuration") -> list[Mistake]:
    """Return what receivers lack to send anything: a backtest needs none of it, a worker does."""
    channels = [i for i, receiver in enumerate(configuration.receivers) if "slack" in receiver.kinds]
    if channels and configuration.slack.token is None:
        return [(("slack", "token"), "is missing, and Slack needs a bot token; set slack.token or slack.token_file")]
    return []


def _secrets(configuration: "Configuration") -> Iterator[Mistake]:
    for i, key in enumerate(configuration.links.keys):
        if len(key.get_secret_value()) < 16:
            yield (
                ("links", "keys", i),
                "a key needs at least 16 characters; `openssl rand -base64 32` makes one",
            )
    signing = configuration.slack.signing_secret
    if signing is not None and len(signing.get_secret_value()) < 16:
        yield ("slack", "signing_secret"), "is too short to be Slack's; copy it from the app's Basic Information"


def _ports(configuration: "Configuration") -> Iterator[Mistake]:
    web, metrics = configuration.web, configuration.metrics
    if web.port and web.port == metrics.web_port:
        yield ("metrics", "web_port"), f"is {web.port}, where the pages are; `tocsin web` needs two different ports"


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    return f"there is no {what} named {name}{suggestion(name, known) or '; none is there yet'}"
