"""An incident as the world sees it."""

import json
import re
from typing import Any

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.presentation.public_incident import public_incident
from detectors.post import Post
from detectors.verdict import Evidence, Point, Term
from tests.alerts.verdicts import NOW, POLICY, RANG, verdict

EVIDENCE = Evidence(
    phrases=(Term(text="price rise", share=0.4),),
    posts=(Post(id="p1", published=RANG - 0.5, content="No!"),),
    chart=(Point(RANG - 60, 60, 40, 36, 3.0, 9.0),),
)


def told() -> Any:
    brand = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    brand.take_verdict(verdict(evidence=EVIDENCE), NOW)
    (over,) = brand.take_verdict(verdict(3600, phase="calm", mentions_total=900), NOW + 3600)
    return json.loads(json.dumps(public_incident(over)))


def test_every_promised_field_is_there_under_its_name():
    promised = [
        "id", "brand", "kind", "severity", "status", "began_at", "opened_at", "paged", "resolved_at", "seen",
        "expected", "negative_share", "expected_negative_share", "reason", "evidence",
    ]  # fmt: skip

    assert promised == list(told())[: len(promised)]


def test_times_are_rfc_3339_in_utc():
    public = told()

    times = {name: public[name] for name in ("began_at", "opened_at", "resolved_at", "peak_at")}
    assert times["opened_at"] == "2011-07-12T15:04:00Z"
    assert times["resolved_at"] == "2011-07-12T16:04:00Z"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(at)) for at in times.values())


def test_the_evidence_is_plain_json_with_every_key():
    evidence = told()["evidence"]

    assert list(evidence) == list(Evidence.__struct_fields__)
    assert evidence["phrases"] == [{"text": "price rise", "share": 0.4, "ordinary_share": 0.0, "weight": 0.0}]
    assert evidence["posts"][0]["published"] == "2011-07-12T15:03:59.500Z"
    assert evidence["chart"][0]["start"] == "2011-07-12T15:03:00Z"
