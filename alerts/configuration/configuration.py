"""The whole configuration, read from ``tocsin.yml`` and the environment, with every mistake named at once."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeGuard

from msgspec import Struct
from pydantic import AfterValidator, ValidationError

from alerts.configuration import checks
from alerts.configuration.as_read import as_far_as_read
from alerts.configuration.document import Document, Path_, read_secret_files
from alerts.configuration.doubts import doubts
from alerts.configuration.environment import PREFIX, overlay
from alerts.configuration.fields import field_at, is_secret, known_at, takes
from alerts.configuration.kafka_access import CERTIFICATES, KafkaAccess
from alerts.configuration.link_key import kept_link_key
from alerts.configuration.public_address import public_address
from alerts.configuration.sections import (
    BrandSection,
    DeadManSection,
    IngestSection,
    KafkaSection,
    LinksSection,
    ListenSection,
    MetricsSection,
    PagerDutyService,
    PolicySection,
    ReceiverSection,
    RetentionSection,
    Section,
    SlackService,
    SmtpService,
    SourceSection,
    WatchSection,
    WebSection,
)
from alerts.configuration.source_file import fingerprint, read_source
from alerts.configuration.texts_of_sources import evidence_of
from alerts.configuration.wording import explained, trapped
from alerts.errors import ConfigurationError
from alerts.incidents.policy import Policy, Step
from alerts.receivers.healthcheck import HealthcheckSettings
from alerts.time_zones import Zones
from streams.brand import Brand
from streams.ingest.ingest_settings import IngestSettings
from streams.kafka.retention import Retention
from streams.kafka.settings import KafkaSettings


class Configuration(Section):
    """All of ``tocsin.yml``."""

    kafka: KafkaSection = KafkaSection()
    public_url: Annotated[str, AfterValidator(public_address)] = "http://localhost:8080"
    ingest: IngestSection = IngestSection()
    watch: WatchSection = WatchSection()
    retention: RetentionSection = RetentionSection()
    brands: tuple[BrandSection, ...] = ()
    policies: tuple[PolicySection, ...] = ()
    receivers: tuple[ReceiverSection, ...] = ()
    sources: tuple[SourceSection, ...] = ()
    listen: ListenSection = ListenSection()
    slack: SlackService = SlackService()
    pagerduty: PagerDutyService = PagerDutyService()
    smtp: SmtpService = SmtpService()
    links: LinksSection = LinksSection()
    web: WebSection = WebSection()
    metrics: MetricsSection = MetricsSection()
    dead_man: DeadManSection | None = None

    def kafka_settings(self) -> KafkaSettings:
        """Return where Kafka is, as the adapters take it."""
        settings = self.kafka.model_dump(exclude=set(KafkaAccess.model_fields))
        retention = Retention(**self.retention.model_dump(), evidence_of=evidence_of(self))
        return KafkaSettings(**settings, security=self.kafka.security(), retention=retention)

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
        return tuple(Brand(**section.model_dump(exclude={"time_zone"})) for section in self.brands)

    def escalation(self) -> dict[str, Policy]:
        """Return the policies by id, always with one named ``default``.

        Without a policy of that name the first one is used, and without any every receiver is notified at once.
        """
        policies = {section.id: _policy(section) for section in self.policies}
        if "default" not in policies:
            everyone = Policy(steps=(Step(notify=tuple(r.id for r in self.receivers)),)) if self.receivers else Policy()
            policies["default"] = next(iter(policies.values()), everyone)
        return policies

    def zones(self) -> Zones:
        """Return where receivers and brands read moments."""
        return Zones(
            receivers={section.id: section.time_zone for section in self.receivers if section.time_zone},
            brands={section.id: section.time_zone for section in self.brands if section.time_zone},
        )

    def dead_man_settings(self) -> HealthcheckSettings | None:
        """Return the health check to ping, or ``None`` where none is configured."""
        if self.dead_man is None:
            return None
        asked = self.dead_man.authorization
        return HealthcheckSettings(
            url=self.dead_man.url.get_secret_value(),
            every_s=self.dead_man.every,
            authorization="" if asked is None else asked.get_secret_value(),
        )

    def link_keys(self) -> tuple[str, ...]:
        """Return the keys that sign links, newest first; if none is configured, the one kept on this machine.

        Raises
        ------
        ConfigurationError
            If none is configured and none can be kept.
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


class Read(Struct, frozen=True, kw_only=True):
    """What a file and the environment say, and all that is wrong with it.

    Attributes
    ----------
    fingerprint
        The fingerprint of the file's content.
    kafka_files
        In which files the certificates for Kafka stand, by their setting in the section ``kafka``.
    configuration
        As far as it can be read, where there are mistakes.
    mistakes
        What stops every command.
    unready
        What prevents a process from sending to receivers.
    doubts
        What stops nothing, and is most likely not meant.
    """

    path: Path
    fingerprint: str
    kafka_files: Mapping[str, Path]
    configuration: Configuration
    mistakes: tuple[str, ...]
    unready: tuple[str, ...]
    doubts: tuple[str, ...]


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
    return checked_configuration(path, environment).configuration


def checked_configuration(path: Path, environment: Mapping[str, str] | None = None) -> Read:
    """Read and check a configuration, as ``load_configuration`` does; return it with what is doubtful in it."""
    read = read_configuration(path, environment)
    if read.mistakes:
        raise ConfigurationError("\n".join(read.mistakes))
    return read


def read_configuration(path: Path, environment: Mapping[str, str] | None = None) -> Read:
    """Read a configuration and everything that is wrong with it.

    Raises
    ------
    ConfigurationError
        Where the file itself cannot be read.
    """
    environment = os.environ if environment is None else environment
    source = read_source(path)
    document = Document(path, source)
    wrong: list[tuple[Path_, str]] = list(document.mistakes)
    if not isinstance(document.values, dict):
        wrong.append(((), f"the top level must be a mapping of sections, such as `brands:`{_glued(document.values)}"))
    written = document.values if isinstance(document.values, dict) else {}
    values, unread = read_secret_files(written, path.parent)
    wrong += unread
    unread_secrets = {(*where[:-1], str(where[-1]).removesuffix("_file")) for where, _ in unread}
    overlaid = overlay(values, environment, path.parent, Configuration)
    broken = {where for where, _ in wrong} | unread_secrets
    # What the environment says is text, however the file puts it.
    raw = {where: how for where, how in document.raw.items() if not _covered(where, set(overlaid.variables))}
    wrong += [(where, what) for where, what in _validated(overlaid.values, raw) if not _covered(where, broken)]
    configuration = as_far_as_read(Configuration, overlaid.values) if wrong else Configuration(**overlaid.values)
    named = {where for where, _ in wrong} | unread_secrets
    wrong += [m for m in checks.mistakes(configuration, raw) if not _covered(m[0], named)]
    unready = [m for m in checks.unready(configuration) if not _covered(m[0], named)]
    questionable = [m for m in doubts(configuration) if not _covered(m[0], named) and not _hangs_on(named)]

    def lines(found: list[tuple[Path_, str]]) -> tuple[str, ...]:
        ordered = sorted(found, key=lambda m: document.line(m[0]))
        return tuple(_line(document, overlaid.variables, where, what) for where, what in ordered)

    by_variable = tuple(f"{name}: {what}" for name, what in overlaid.mistakes)
    return Read(
        path=path,
        fingerprint=fingerprint(source),
        kafka_files=_kafka_files(written.get("kafka"), environment, path.parent),
        configuration=configuration,
        mistakes=lines(wrong) + by_variable,
        unready=lines(unready),
        doubts=lines(questionable),
    )


def _kafka_files(section: object, environment: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Return the files of the certificates for Kafka; the environment's go before those that the section names."""
    stated = section if isinstance(section, dict) else {}
    variables = {name.upper(): text for name, text in environment.items() if text.strip()}
    files = {}
    for key in CERTIFICATES:
        variable = f"{PREFIX}KAFKA__{key.upper()}"
        named = variables.get(f"{variable}_FILE") or stated.get(f"{key}_file")
        if isinstance(named, str) and variable not in variables:
            files[key] = folder / named
    return files


def _covered(where: Path_, named: set[Path_]) -> bool:
    """Whether a place, or what it stands in, is named already: what follows from a mistake is none of its own."""
    return any(where[:length] in named for length in range(1, len(where) + 1))


def _hangs_on(named: set[Path_]) -> bool:
    """Whether a whole section that names others could not be read, so that nothing is known of who is named."""
    return any(where in named for where in ((), ("brands",), ("policies",), ("receivers",), ("sources",)))


def _glued(values: object) -> str:
    return f"; put a space after the colon: {values.replace(':', ': ', 1)}" if _is_glued(values) else ""


def _is_glued(values: object) -> TypeGuard[str]:
    return isinstance(values, str) and ":" in values and len(values) < 200


def _validated(values: dict[str, Any], raw: Mapping[Path_, str]) -> Iterator[tuple[Path_, str]]:
    for where, how in raw.items():
        field = field_at(Configuration, where)
        if field is None or takes(field, bool) or takes(field, str) or is_secret(field):
            continue
        if (what := trapped(how, _value_at(values, where))) is not None:
            yield where, what
    try:
        Configuration(**values)
    except ValidationError as error:
        places = [tuple(item["loc"]) for item in error.errors()]
        for item in error.errors():
            where = tuple(item["loc"])
            if any(place[: len(where)] == where and place != where for place in places):
                continue  # a list is “too short” where its only item is wrong
            owner = where if item["type"] in {"model_type", "model_attributes_type"} else where[:-1]
            field = field_at(Configuration, where)
            yield where, explained(item, field, known_at(Configuration, owner), raw.get(where))


def _value_at(values: Any, where: Path_) -> Any:
    for key in where:
        try:
            values = values[key]
        except (KeyError, IndexError, TypeError):
            return None  # of a section that stands twice the first is no longer there
    return values


def place(where: Path_) -> str:
    """Return how a place is written: ``policies[1].steps[0].after``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


def _line(document: Document, variables: Mapping[Path_, str], where: Path_, what: str) -> str:
    where = document.as_written(where)
    for length in range(len(where), 0, -1):
        if (variable := variables.get(where[:length])) is not None:
            return f"{variable}: {place(where)}: {what}"
    return f"{document.path}:{document.line(where)}: {place(where) + ': ' if where else ''}{what}"
