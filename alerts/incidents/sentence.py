"""The sentence of an incident, made of its facts: what is taken out of them is in the sentence no more. Pure."""

from msgspec.structs import replace

from alerts.incidents.incident import Incident
from detectors.explanation.run_reason import reason_for
from detectors.verdict import Counted

_MINUTE_S = 60


def with_sentence(incident: Incident) -> Incident:
    """Return the incident with the sentence that its figures and what it cites make.

    That of a silent source names nobody and quotes nothing, and stays. Versions before kept neither the sentence's
    figures nor what it cites: there it is of the peak, and of the evidence.
    """
    if incident.kind == "source_silent":
        return incident
    counted = incident.counted or Counted(
        seen=incident.seen,
        span_s=incident.peak_s or _MINUTE_S,
        expected=incident.expected,
        negative_share=incident.negative_share,
        expected_negative_share=incident.expected_negative_share,
        at=incident.peak_bin or incident.opened_at,
    )
    evidence = incident.evidence if incident.cited is None else incident.cited
    said = reason_for(
        incident.kind,
        incident.brand_name,
        counted,
        began_at=incident.began_at,
        evidence=evidence,
        warming_up=incident.warming_up,
    )
    return replace(incident, reason=said)
