"""The facts of an incident that its sentence is made of: what is taken out of them is in the sentence no more. Pure."""

from msgspec.structs import replace

from alerts.incidents.incident import Incident
from alerts.wording.figures import Figure, how_many, how_negative
from alerts.wording.moments import IN_UTC, Times
from alerts.wording.reason import Facts, silence_sentence
from detectors.verdict import Counted

_FRESH_S = 900
"""For so long after it was counted, what has been going on "since" then is still going on."""


def facts_of(incident: Incident) -> Facts:
    """Return the figures of an incident's outbreak that every surface shows.

    Versions before kept no figures but those of the loudest bin, and no citation: there the evidence is cited.
    """
    counted = incident.counted or _loudest(incident)
    newest_at = max(incident.last_event_at, incident.resolved_at or 0)
    return Facts(
        kind=incident.kind,
        brand=incident.brand_name,
        counted=counted,
        evidence=incident.evidence if incident.cited is None else incident.cited,
        unscored_share=incident.evidence.unscored_share if counted.negatives is None else counted.unscored_share,
        warming_up=incident.warming_up,
        past=incident.status == "resolved" or newest_at - counted.at > _FRESH_S,
        at_peak=incident.counted is None,
    )


def at_peak(incident: Incident) -> tuple[Figure, Figure]:
    """Return the figures of the loudest bin: its mentions, and which share of them was negative."""
    loudest = _loudest(incident)
    young = incident.warming_up
    return (
        how_many(loudest, warming_up=young, at_peak=True),
        how_negative(incident.kind, loudest, unscored_share=0.0, warming_up=young),
    )


def sentence_of(incident: Incident, times: Times = IN_UTC) -> str:
    """Return the sentence that an incident's facts make.

    Of a source whose name a version before did not keep it is the stored one.
    """
    if incident.kind != "source_silent":
        return facts_of(incident).sentence(times)
    if incident.reason and not incident.silent_sources:
        return times.localized(incident.reason, incident.began_at)
    return silence_sentence(incident.brand_name, incident.silent_sources, incident.began_at, incident.opened_at, times)


def _loudest(incident: Incident) -> Counted:
    return Counted(
        seen=incident.seen,
        span_s=incident.peak_s,
        expected=incident.expected,
        negative_share=incident.negative_share,
        expected_negative_share=incident.expected_negative_share,
        at=incident.peak_bin + incident.peak_s,
    )


def with_sentence(incident: Incident) -> Incident:
    """Return the incident with the sentence that its facts make: the one that its record and webhooks promise."""
    return replace(incident, reason=sentence_of(incident))
