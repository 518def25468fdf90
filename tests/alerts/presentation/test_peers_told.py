"""How the brand's peers stood is told alike on every surface, and on none where it is not known."""

import json
from collections.abc import Callable

import msgspec
import pytest
from msgspec.structs import replace

from alerts.incidents.incident import Incident, smaller_incidents, without_evidence
from alerts.incidents.redaction import without_strangers
from alerts.presentation import sentences
from alerts.presentation.public_incident import public_incident
from alerts.presentation.shown import bare, shown
from alerts.receivers.email.message import mail
from alerts.receivers.pagerduty.message import events
from alerts.receivers.slack.message import message
from alerts.receivers.webhook.message import body
from alerts.web.view import view
from alerts.wording.moments import rendered
from streams.wire.comparison import Comparison, Level
from tests.alerts.receivers.outbreak import NOTIFIED, PEAK, told

OWN = Level(brand="northside", name="Northside", standing="unusual", seen=400, negatives=330, expected_negatives=2.0)
LOUD = Level(
    brand="southside", name="Southside", standing="unusual", fired=True, seen=90, expected=4.0, negatives=80,
    expected_negatives=1.0,
)  # fmt: skip
CALM = Level(brand="eastside", name="Eastside", standing="ordinary", seen=3, expected=4.0)
NEW = Level(brand="westside", name="Westside", standing="new")
MADE = Comparison(since=PEAK - 600, at=PEAK, own=OWN, peers=(LOUD, CALM, NEW))
COMPARED = replace(NOTIFIED, comparison=MADE)
SENTENCE = (
    "At 15:02 UTC one of its three peers was louder and more negative than usual too: Southside; of the two Northside "
    "was first; Westside is too new here to be compared."
)


def _mail(incident: Incident) -> str:
    made = mail(told(incident), sender="t@example.org", to="o@example.org", at=1.0, earlier={})
    return " ".join(made.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]


def _slack(incident: Incident) -> str:
    # Each reader's own clock stands in its place, with UTC beside it.
    return json.dumps(message(told(incident)), ensure_ascii=False)


SURFACES: dict[str, Callable[[Incident], str]] = {
    "mail": _mail,
    "slack": _slack,
    "pager": lambda incident: json.dumps(events(told(incident), "0" * 32)),
    "webhook": lambda incident: body(told(incident)).decode(),
    "page": lambda incident: rendered(view(incident, 0.0).peers, lambda _at, _style, words: words),
}


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_tells_it_in_the_same_words(surface):
    assert SENTENCE.removeprefix("At 15:02 UTC ") in SURFACES[surface](COMPARED)


@pytest.mark.parametrize("surface", SURFACES)
def test_where_nothing_is_known_no_surface_speaks_of_peers(surface):
    text = SURFACES[surface](NOTIFIED)

    assert "us, or everybody" not in text.lower()
    assert "of its" not in text


def test_programs_get_the_figures_beside_the_sentence_and_null_where_there_are_none():
    peers = public_incident(COMPARED)["peers"]

    assert (peers["sentence"], peers["at"], peers["place"]) == (SENTENCE, "2011-07-12T15:02:00Z", 1)
    assert [brand["standing"] for brand in peers["brands"]] == ["unusual", "unusual", "ordinary", "new"]
    assert peers["brands"][1]["rang"] is True
    assert public_incident(NOTIFIED)["peers"] is None


@pytest.mark.parametrize(
    "less",
    [without_strangers, without_evidence, bare, lambda incident: list(smaller_incidents(incident))[-1]],
    ids=["take-down", "without evidence", "bare", "smallest record"],
)
def test_what_strangers_wrote_may_go_and_the_comparison_stays(less):
    assert sentences.peers(less(COMPARED)) == SENTENCE


def test_a_name_that_breaks_a_surface_is_harmless():
    hostile = replace(LOUD, name="South\u202eside\n<!channel> http://evil.example")
    spoilt = replace(COMPARED, comparison=replace(MADE, peers=(hostile,)))

    said = sentences.peers(shown(spoilt))
    assert "\u202e" not in said
    assert "\n" not in said
    assert "<!channel>" not in SURFACES["slack"](spoilt)


def test_an_incident_of_a_version_before_is_read_without_one():
    old = msgspec.json.encode(NOTIFIED)

    assert b"comparison" not in old
    assert sentences.peers(msgspec.json.decode(old, type=Incident)) == ""
