"""For how long the texts and authors of each source are kept in incidents."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from pydantic import ValidationError

from alerts.configuration.document import Path_
from alerts.configuration.sections import SourceSection
from streams.durations import in_words
from streams.sources.registry import PUSHED, SOURCES, PushedKind, SourceKind

if TYPE_CHECKING:
    from alerts.configuration.configuration import Configuration


class KeptTexts(Struct, frozen=True, kw_only=True):
    """What is kept of one source.

    Parameters
    ----------
    source
        What its posts state as their source; empty where each states a network of its own.
    for_s
        How long, in incidents; no longer than that of all sources.
    is_own
        Whether that is less than for all sources.
    """

    source: str
    for_s: float
    is_own: bool


def kept_texts(configuration: "Configuration", section: SourceSection) -> KeptTexts:
    """Return what is kept of a source; of one whose settings are wrong, which nobody hears, as of all."""
    kind, stated = next(iter(section.kinds.items()), ("", None))
    known, most = _known(kind), configuration.retention.evidence
    of_all = KeptTexts(source="", for_s=most, is_own=False)
    if known is None or known.is_of_networks:
        return of_all
    try:
        source = kind if known.source is None else known.source(known.settings.model_validate(stated))
    except ValidationError:
        return of_all
    least = known.keep_texts_s if section.keep_texts is None else section.keep_texts
    return of_all if least is None or least >= most else KeptTexts(source=source, for_s=least, is_own=True)


def evidence_of(configuration: "Configuration") -> tuple[tuple[str, float], ...]:
    """Return by what posts state as their source how long they are kept, where that is less than for all."""
    found: dict[str, float] = {}
    for section in configuration.sources:
        kept = kept_texts(configuration, section)
        if kept.is_own:
            found[kept.source] = min(kept.for_s, found.get(kept.source, kept.for_s))
    return tuple(sorted(found.items()))


def mistakes_of_texts(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    """Find a time that does nothing, though it is stated."""
    most = configuration.retention.evidence
    for i, section in enumerate(configuration.sources):
        where: Path_ = ("sources", i, "keep_texts")
        if section.keep_texts is None:
            continue
        if section.keep_texts > most:
            stated = in_words(section.keep_texts)
            yield where, f"is {stated}, and `retention.evidence` is {in_words(most)} for all sources; make it no longer"
        for kind in section.kinds:
            if (known := _known(kind)) is not None and known.is_of_networks:
                yield where, f"does nothing at {kind}: each post states its own network; set `retention.evidence`"


def doubts_of_texts(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    """Find sources of which the topics that posts pass through keep more than their own time."""
    retention = configuration.kafka_settings().retention
    for i, section in enumerate(configuration.sources):
        kept = kept_texts(configuration, section)
        if kept.is_own and kept.for_s < retention.posts_gone_s:
            what = (
                f"texts and authors leave incidents after {in_words(kept.for_s)}, but lie for "
                f"{in_words(retention.posts_gone_s)} on the topics that posts pass through, which keep all sources "
                "alike: make `retention.posts` shorter, which is also how long a worker may be away"
            )
            yield ("sources", i, "id" if section.keep_texts is None else "keep_texts"), what


def _known(kind: str) -> SourceKind | PushedKind | None:
    return SOURCES.get(kind) or PUSHED.get(kind)
