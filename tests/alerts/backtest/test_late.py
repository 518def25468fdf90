"""Posts that come too late go through all stages beside the figures."""

from alerts.backtest.run import Backtest
from alerts.incidents.incident import Incident
from alerts.wording.late_posts import came_late
from streams.mention import decode_mention
from tests.streams.watch.talk import BRAND, BRANDS, HOUR, START, STORY, AngerScorer, mention

RINGS_AT = START + 26 * HOUR


def incident_of(told: list[tuple[float, bytes]]) -> Incident:
    run = Backtest(BRANDS, {}, AngerScorer())
    for at in range(0, len(told), 20):
        list(run.take([decode_mention(value) for _, value in told[at : at + 20]]))
    list(run.finish())
    (incident,) = (each for each in run.incidents.values() if each.brand == BRAND.id)
    return incident


def test_an_incident_says_what_came_too_late_and_every_figure_is_as_without_it():
    place = next(place for place, (at, _) in enumerate(STORY) if at > RINGS_AT + 1500)
    caught_up = [(RINGS_AT + 300.0, mention(500_000 + n, RINGS_AT + 300 + n, "angry", BRAND.id)) for n in range(37)]

    plain, late = incident_of(STORY), incident_of([*STORY[:place], *caught_up, *STORY[place:]])

    assert sum(one.posts for one in late.late) == 37
    assert came_late(late.late, late.began_at).startswith("37 more posts from this time came too late to be counted")
    assert plain.late == ()
    assert (late.seen, late.mentions_total, late.severity, late.counted, late.reason, late.evidence) == (
        plain.seen, plain.mentions_total, plain.severity, plain.counted, plain.reason, plain.evidence,
    )  # fmt: skip
