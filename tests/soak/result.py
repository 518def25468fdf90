"""What came of one run."""

from msgspec import Struct

from tests.soak.crew import Ended
from tests.soak.deliveries import Deliveries
from tests.soak.judgement import Counts, Incidents
from tests.soak.plan import Plan


class Result(Struct, frozen=True, kw_only=True):
    """One run, judged.

    Parameters
    ----------
    plan
        What was done.
    settled
        Whether all that had to come came before patience ended.
    recovery_s
        For each harm, how long until every partition was worked on again.
    unworked
        Records of ``flushes``, ``PARTITION/OFFSET``, that no worker worked on though a later one was.
    ended
        Workers that ended otherwise than they were asked to.
    taken_after_s
        Longest time that a mention needed to reach Kafka. Where it is longer than bins stay open, the mention is late
        and the run proves nothing: ``void`` says so.
    evidence
        Where logs and traces were kept, where they were.
    """

    plan: Plan
    settled: bool
    counts: Counts
    incidents: Incidents
    deliveries: Deliveries
    recovery_s: tuple[float, ...]
    unworked: tuple[str, ...]
    ended: tuple[Ended, ...]
    taken_after_s: float
    void: str
    seconds: float
    evidence: str = ""

    @property
    def faults(self) -> tuple[str, ...]:
        """What the run shows to be broken, in words; nothing where all is as undisturbed."""
        if self.void:
            return ()
        counts, incidents, deliveries = self.counts, self.incidents, self.deliveries
        found = {
            "mentions lost": counts.lost,
            "mentions doubled": counts.doubled,
            "bins told twice and not alike": counts.unlike,
            "incidents missing": len(incidents.missing),
            "incidents false": len(incidents.false),
            "incidents told otherwise": len(incidents.unlike),
            "acknowledgements lost": incidents.acknowledgements_lost,
            "deliveries lost": len(deliveries.lost),
            "deliveries doubled": len(deliveries.doubled),
            "not settled": int(not self.settled),
        }
        return tuple(f"{number} {what}" if what != "not settled" else what for what, number in found.items() if number)
