"""The differences between two configurations, a word for each place; no value is shown."""

from collections.abc import Collection, Iterator

from alerts.configuration.configuration import Configuration
from alerts.configuration.kafka_access import CERTIFICATES
from alerts.configuration.sections import BrandSection, PolicySection, ReceiverSection, SourceSection

_LISTED = {"brands": "brand", "policies": "policy", "receivers": "receiver", "sources": "source"}

KAFKA_CERTIFICATES = "kafka certificates"
"""Not a section: the settings of ``kafka`` that may change while a process works."""

_Entry = BrandSection | PolicySection | ReceiverSection | SourceSection


def changes(before: Configuration, after: Configuration, sections: Collection[str]) -> tuple[str, ...]:
    """Return what is other in some sections of the configuration, for people.

    Examples
    --------
    >>> one = BrandSection(id="northside", name="Northside", query="northside")
    >>> two = one.model_copy(update={"query": "northside OR nhs"})
    >>> changes(Configuration(brands=(one,)), Configuration(brands=(two,), public_url="https://t.example"), ["brands"])
    ('brand northside: query',)
    """
    return tuple(_changes(before, after, sections))


def _changes(before: Configuration, after: Configuration, sections: Collection[str]) -> Iterator[str]:
    if KAFKA_CERTIFICATES in sections and _certificates(before) != _certificates(after):
        yield KAFKA_CERTIFICATES
    for section in Configuration.model_fields:
        was, is_ = getattr(before, section), getattr(after, section)
        if section == "kafka":
            is_ = is_.model_copy(update=_certificates(before))
        if section not in sections or was == is_:
            continue
        if section in _LISTED:
            yield from _of_list(_LISTED[section], was, is_)
        else:
            yield section


def _certificates(configuration: Configuration) -> dict[str, object]:
    return {key: getattr(configuration.kafka, key) for key in CERTIFICATES}


def _of_list(word: str, was: tuple[_Entry, ...], is_: tuple[_Entry, ...]) -> Iterator[str]:
    before, after = {each.id: each for each in was}, {each.id: each for each in is_}
    yield from (f"{word} {name} is new" for name in after if name not in before)
    yield from (f"{word} {name} is gone" for name in before if name not in after)
    for name, entry in after.items():
        if name in before and entry != before[name]:
            fields = type(entry).model_fields
            others = [field for field in fields if getattr(entry, field) != getattr(before[name], field)]
            # What stands under the name of a kind is no field of its section.
            yield f"{word} {name}: {', '.join(others or ['settings'])}"
