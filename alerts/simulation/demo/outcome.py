"""How the demo ended, measured: what it prints as JSON, and the lead time in words."""

from collections.abc import Sequence

from msgspec import Struct

from alerts.incidents.incident import Incident
from alerts.simulation.demo.counts import Counts
from alerts.simulation.services.store import Received
from alerts.simulation.stories.film_rental import ANNOUNCED
from alerts.simulation.stories.story import Story
from alerts.simulation.stories.synthetic_mentions import timeline


class Outcome(Struct, frozen=True, kw_only=True):
    """What ``tocsin demo --headless --json`` prints.

    Parameters
    ----------
    mentions
        Sent.
    incidents
        Opened, of every kind.
    pages_sent
        Pages that rang the simulated phone.
    slack_messages
        Messages in the channel; an edit or a reply in a thread is none of its own.
    acknowledged_by
        The name that was typed behind the link, or ``None``.
    lead_time_s
        How long before the loudest hour began it rang, in event time; ``None`` where it did not ring.
    lost, duplicated
        Mentions not counted, and counted beyond what was sent, brand by brand and bin by bin.
    """

    mentions: int
    incidents: int
    pages_sent: int
    slack_messages: int
    acknowledged_by: str | None
    lead_time_s: float | None
    lost: int
    duplicated: int


class Alarm(Struct, frozen=True, kw_only=True):
    """The moment at which it rang, beside what came before and after; event time, seconds.

    ``said_before`` is how many mentions the brand had since the announcement until then, ``said_in_all`` until the end.
    """

    at: int
    after_announcement_s: float
    before_loudest_hour_s: float
    before_ninety_percent_s: float
    said_before: int
    said_in_all: int


def outcome(
    counts: Counts,
    incidents: Sequence[Incident],
    received: Sequence[Received],
    crisis: Incident | None,
    alarm: Alarm | None,
) -> Outcome:
    """Add it all up.

    Parameters
    ----------
    received
        Everything that came into the simulated inbox.
    crisis
        The incident that the story is about.
    alarm
        When it rang.
    """
    takers = [change.by for change in crisis.changes if change.type == "acknowledged"] if crisis else []
    return Outcome(
        mentions=counts.mentions,
        incidents=len(incidents),
        pages_sent=sum(bool(item.body.get("rang")) for item in received if item.channel == "pagerduty"),
        slack_messages=sum(item.what == "chat.postMessage" and "thread_ts" not in item.body for item in received),
        acknowledged_by=takers[-1] if takers else None,
        lead_time_s=alarm.before_loudest_hour_s if alarm else None,
        lost=counts.lost,
        duplicated=counts.duplicated,
    )


def alarm_of(story: Story, counts: Counts, crisis: Incident) -> Alarm | None:
    """Set the moment of ringing against the story's series: its loudest hour and its mentions by their rates.

    Returns
    -------
    The figures; ``None`` where the story has no outbreak of that brand.
    """
    series = timeline(story, crisis.brand)
    if series is None:
        return None
    announced = ANNOUNCED.timestamp()
    since = {start: n for (brand, start), n in counts.sent.items() if brand == crisis.brand and start >= announced}
    return Alarm(
        at=crisis.opened_at,
        after_announcement_s=crisis.opened_at - announced,
        before_loudest_hour_s=series.peak_hour - crisis.opened_at,
        before_ninety_percent_s=series.ninety_percent_at - crisis.opened_at,
        said_before=sum(count for start, count in since.items() if start < crisis.opened_at),
        said_in_all=sum(since.values()),
    )


def shortfalls(found: Outcome, incidents: Sequence[Incident], brand: str) -> list[str]:
    """Say what the demo promised and did not keep, a clause each; nothing where all is well."""
    announced = ANNOUNCED.timestamp()
    false = {i.brand_name for i in incidents if i.paged and (i.brand != brand or i.opened_at < announced)}
    missed = [f"{name} paged somebody for nothing" for name in sorted(false)]
    if not found.pages_sent:
        missed.append("nobody was paged")
    if found.acknowledged_by is None:
        missed.append("nobody acknowledged")
    if found.lost:
        missed.append(f"{found.lost:,} mentions were lost")
    if found.duplicated:
        missed.append(f"{found.duplicated:,} mentions were counted twice")
    return missed
