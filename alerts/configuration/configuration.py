"""The whole configuration, read from ``tocsin.yml`` and the environment, with every mistake named at once."""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from alerts.configuration import checks
from alerts.configuration.document import Document, Path_, read_secret_files
from alerts.configuration.link_key import kept_link_key
from alerts.configuration.sections import (
    BrandSection,
    DeadManSection,
    IngestSection,
    KafkaSection,
    LinksSection,
    MetricsSection,
    PagerDutyService,
    PolicySection,
    ReceiverSection,
    SlackService,
    SmtpService,
    WatchSection,
    WebSection,
)
from alerts.dead_man import DeadManSettings
from alerts.errors import ConfigurationError
from alerts.policy import Policy, Step
from streams.brand import Brand
from streams.ingest import IngestSettings
from streams.kafka_settings import KafkaSettings

_ENVIRONMENT = "TOCSIN_"
_QUERY = re.compile(r"[\s{,-]*query\s*:")


class Configuration(BaseSettings):
    """All of ``tocsin.yml``."""

    model_config = SettingsConfigDict(
        env_prefix=_ENVIRONMENT, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    kafka: KafkaSection = KafkaSection()
    public_url: Annotated[str, Field(pattern=r"^https?://[^\s/]+")] = "http://localhost:8080"
    ingest: IngestSection = IngestSection()
    watch: WatchSection = WatchSection()
    brands: tuple[BrandSection, ...] = ()
    policies: tuple[PolicySection, ...] = ()
    receivers: tuple[ReceiverSection, ...] = ()
    slack: SlackService = SlackService()
    pagerduty: PagerDutyService = PagerDutyService()
    smtp: SmtpService = SmtpService()
    links: LinksSection = LinksSection()
    web: WebSection = WebSection()
    metrics: MetricsSection = MetricsSection()
    dead_man: DeadManSection | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        del settings_cls
        return env_settings, init_settings

    def kafka_settings(self) -> KafkaSettings:
        """Return where Kafka is, as the adapters take it."""
        return KafkaSettings(**self.kafka.model_dump())

    def ingest_settings(self) -> IngestSettings:
        """Return the lengths of bins and lateness, as the cores take them."""
        ingest = self.ingest
        return IngestSettings(
            bin_s=ingest.bin_s,
            lateness_s=ingest.lateness_s,
            learn_from_marks=ingest.learn_from_marks,
            remembered_ids=ingest.remembered_ids,
        )

    def watched(self) -> tuple[Brand, ...]:
        """Return the brands as the cores take them."""
        return tuple(Brand(**section.model_dump()) for section in self.brands)

    def escalation(self) -> dict[str, Policy]:
        """Return the policies by id, always with one named ``default``.

        Without a policy of that name the first one serves, and without any every receiver is told at once.
        """
        policies = {section.id: _policy(section) for section in self.policies}
        if "default" not in policies:
            everyone = Policy(steps=(Step(notify=tuple(r.id for r in self.receivers)),)) if self.receivers else Policy()
            policies["default"] = next(iter(policies.values()), everyone)
        return policies

    def dead_man_settings(self) -> DeadManSettings | None:
        """Return whom to tell that all is well, or ``None`` where nobody outside is to call."""
        if self.dead_man is None:
            return None
        asked = self.dead_man.authorization
        return DeadManSettings(
            url=self.dead_man.url.get_secret_value(),
            every_s=self.dead_man.every,
            authorization="" if asked is None else asked.get_secret_value(),
        )

    def link_keys(self) -> tuple[str, ...]:
        """Return the keys that sign links, newest first; where none is configured the one kept on this machine.

        Raises
        ------
        ConfigurationError
            Where none is configured and none can be kept.
        """
        return tuple(key.get_secret_value() for key in self.links.keys) or (kept_link_key(os.environ),)


def _policy(section: PolicySection) -> Policy:
    return Policy(
        id=section.id,
        steps=tuple(Step(notify=step.notify, after_s=step.after) for step in section.steps),
        repeat=section.repeat,
        ack_expires_s=section.acknowledgement_expires,
        cool_down_s=section.cool_down,
    )


def load_configuration(path: Path, environment: Mapping[str, str] | None = None) -> Configuration:
    """Read and check a configuration.

    Parameters
    ----------
    path
        The YAML file.
    environment
        Variables to read instead of the process's own.

    Raises
    ------
    ConfigurationError
        Naming every mistake, each with file, line and what to do.
    """
    environment = os.environ if environment is None else environment
    try:
        document = Document(path, path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "write one (README: Your own Kafka, Slack and pager) or name it with --config PATH"
        raise ConfigurationError(f"{path}: cannot read the configuration: {error.strerror}; {hint}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(_yaml_mistake(path, error)) from error
    if not isinstance(document.values, dict):
        raise ConfigurationError(f"{path}:1: the top level must be a mapping of sections, such as `brands:`")
    values, mistakes = read_secret_files(document.values, path.parent)
    values, unread = _overlay_secret_files(values, environment, path.parent)
    mistakes = document.mistakes + mistakes + unread
    try:
        configuration = _validate(values, environment)
    except ValidationError as error:
        further = list(_validation_mistakes(error))
    else:
        further = checks.mistakes(configuration)
    named = {where for where, _ in mistakes}
    mistakes += [(where, what) for where, what in further if where not in named]
    if mistakes:
        ordered = sorted(mistakes, key=lambda m: document.line(m[0]))
        raise ConfigurationError("\n".join(_line(document, where, what) for where, what in ordered))
    return configuration


def _validate(values: dict[str, Any], environment: Mapping[str, str]) -> Configuration:
    class Bound(Configuration):
        """The configuration, reading the given environment."""

        @classmethod
        def settings_customise_sources(  # type: ignore[override]
            cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            source = EnvSettingsSource(settings_cls)
            source.env_vars = {k.lower(): v for k, v in environment.items() if not _names_secret_file(k)}
            return source, init_settings

    return Bound(**values)


def _overlay_secret_files(
    values: dict[str, Any], environment: Mapping[str, str], folder: Path
) -> tuple[dict[str, Any], list[tuple[Path_, str]]]:
    mistakes: list[tuple[Path_, str]] = []
    for name, file in environment.items():
        if not _names_secret_file(name):
            continue
        *sections, key = name.removeprefix(_ENVIRONMENT).removesuffix("_FILE").lower().split("__")
        try:
            secret = (folder / file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(((), f"{name}: cannot read {file}: {getattr(error, 'strerror', None) or error}"))
            continue
        target = values
        for section in sections:
            target = target.setdefault(section, {})
        target[key] = secret
    return values, mistakes


def _names_secret_file(name: str) -> bool:
    return name.startswith(_ENVIRONMENT) and name.endswith("_FILE") and "__" in name


def _validation_mistakes(error: ValidationError) -> Iterator[tuple[Path_, str]]:
    places = [tuple(item["loc"]) for item in error.errors()]
    for item in error.errors():
        where: Path_ = tuple(item["loc"])
        if any(place[: len(where)] == where and place != where for place in places):
            continue  # a list is “too short” where its only item is wrong
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            message = f"unknown setting{_suggestion(str(where[-1]), _known(where[:-1]))}"
        elif item["type"] == "missing":
            message = "is missing; add it"
        elif item["type"] == "string_type" and where[-1] == "query":
            message = "must be text; put the whole query in single quotes: query: '…'"
        elif item["type"] == "string_pattern_mismatch" and where[-1] in {"id", "policy", "notify"}:
            message = "may hold small letters, digits and hyphens, 63 at most"
        yield where, message


def _known(where: Path_) -> list[str]:
    model: type[BaseModel] = Configuration
    for key in where:
        if isinstance(key, int):
            continue
        field = model.model_fields.get(key)
        if field is None:
            return []
        candidates = [field.annotation, *getattr(field.annotation, "__args__", ())]
        found = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
        if found is None:
            return []
        model = found
    return list(model.model_fields)


def _suggestion(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known here: {', '.join(known)}" if known else ""


def _line(document: Document, where: Path_, what: str) -> str:
    dotted = ".".join(str(part) for part in where)
    return f"{document.path}:{document.line(where)}: {dotted + ': ' if dotted else ''}{what}"


def _yaml_mistake(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
    remedy = "check indentation, quotes and colons"
    line = (mark.get_snippet(indent=0, max_length=10_000) or "").split("\n")[0] if mark else ""
    if _QUERY.match(line):
        remedy = "put the whole query in single quotes: query: '…'"
    return f"{path}{where}: not YAML: {getattr(error, 'problem', None) or error}; {remedy}"
