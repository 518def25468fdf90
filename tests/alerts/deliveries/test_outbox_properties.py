"""Whatever crashes and whichever records are compacted away: everything is sent, and nothing twice unmarked."""

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.escalating import UNREACHABLE_S
from alerts.deliveries.outbox import Attempt, Outbox, Record, outcome_key
from alerts.errors import DeliveryError
from tests.alerts.deliveries.intended import RECEIVERS, delivery
from tests.alerts.verdicts import NOW


class KilledOutbox(RuleBasedStateMachine):
    """An outbox, its topic as a list, and receivers that remember what arrived. A step can end in a crash."""

    def __init__(self) -> None:
        super().__init__()
        self.topic: list[tuple[str, Delivery | None]] = []
        self.read = 0
        self.now = NOW
        self.version = 1
        self.intended: dict[str, Delivery] = {}
        self.arrived: dict[str, int] = {}
        self.unmarked: list[str] = []
        self.in_hand: Attempt | None = None

    @initialize()
    def begin(self) -> None:
        self.restart(compact=False)

    def write(self, records: list[Record]) -> None:
        self.topic += [(record.key, record.delivery) for record in records]

    def catch_up(self) -> None:
        while self.read < len(self.topic):
            _, record = self.topic[self.read]
            self.read += 1
            if record is not None:
                self.outbox.take(record, self.now)
        self.write(self.outbox.superseded(self.now))

    @rule(compact=st.booleans())
    def restart(self, *, compact: bool) -> None:
        """Die, and come back with nothing but the topic."""
        if compact:
            self.topic = [(k, r) for n, (k, r) in enumerate(self.topic) if k not in {k for k, _ in self.topic[n + 1 :]}]
        self.in_hand = None
        self.outbox = Outbox(RECEIVERS, chance=lambda: 0.0)
        self.read = len(self.topic)
        for _, record in self.topic:
            if record is not None:
                self.outbox.take(record, self.now)
        self.outbox.start(0)

    @rule(
        receiver=st.sampled_from(sorted(RECEIVERS)),
        purpose=st.sampled_from(["page", "update", "acknowledged", "resolved"]),
        incident=st.sampled_from(["a", "b"]),
    )
    def intend(self, receiver, purpose, incident) -> None:
        self.version += 1
        meant = replace(delivery(self.version, receiver, purpose, incident=incident), decided_at=self.now)
        self.intended[meant.id] = meant
        self.topic.append((meant.id, meant))

    @precondition(lambda self: self.intended)
    @rule(data=st.data())
    def intend_again(self, data) -> None:
        """Let the deciding side die before it stored what it had decided."""
        again = self.intended[data.draw(st.sampled_from(sorted(self.intended)))]
        self.topic.append((again.id, again))

    @precondition(lambda self: self.in_hand is None)
    @rule(receiver=st.sampled_from(sorted(RECEIVERS)), passed=st.sampled_from([0.1, 2.0, 40.0]))
    def claim(self, receiver, passed) -> None:
        self.now += passed
        self.catch_up()
        self.in_hand = self.outbox.claim(receiver, self.now)
        if self.in_hand is not None:
            self.topic.append((outcome_key(self.in_hand.delivery.id), self.in_hand.delivery))

    @precondition(lambda self: self.in_hand is not None)
    @rule(outcome=st.sampled_from(["sent", "sent", "arrived, but cut", "cut", "retry", "killed after"]))
    def send(self, outcome) -> None:
        attempt, self.in_hand = self.in_hand, None
        assert attempt is not None
        if outcome in {"sent", "arrived, but cut", "killed after"}:
            if self.arrived.get(attempt.delivery.id) and not attempt.repeat:
                self.unmarked.append(attempt.delivery.id)
            self.arrived[attempt.delivery.id] = self.arrived.get(attempt.delivery.id, 0) + 1
        if outcome == "killed after":
            self.restart(compact=True)
        elif outcome == "sent":
            self.write(self.outbox.sent(attempt, {"ts": attempt.delivery.id}, self.now))
        else:
            error = DeliveryError(outcome, outcome="retry" if outcome == "retry" else "unknown")
            self.write(self.outbox.failed(attempt, error, self.now))

    @rule(passed=st.sampled_from([1.0, 130.0]))
    def look(self, passed) -> None:
        """No page that was tried is left for longer than its time without its incident going on to the next step."""
        self.now += passed
        self.catch_up()
        self.outbox.overdue(self.now)
        told = {unreachable.delivery.id for unreachable in self.outbox.unreachable}
        settled = {r.id for _, r in self.topic if r is not None and r.state in {"sent", "superseded", "failed"}}
        for meant in self.intended.values():
            last = self.outbox._incidents[0, meant.incident.id].entries.get(meant.id)
            if last is None or not last.delivery.attempts or meant.purpose != "page" or meant.id in settled:
                continue
            assert self.now - last.waiting_since < UNREACHABLE_S or meant.id in told

    @invariant()
    def nothing_arrives_twice_unmarked(self) -> None:
        assert self.unmarked == []

    def teardown(self) -> None:
        """In the end, with receivers that work, nothing is left over."""
        self.restart(compact=True)
        self.catch_up()
        for _ in range(200):
            self.now += 40.0
            self.catch_up()
            for receiver in RECEIVERS:
                if attempt := self.outbox.claim(receiver, self.now):
                    assert attempt.repeat or not self.arrived.get(attempt.delivery.id)
                    self.arrived[attempt.delivery.id] = 1
                    self.write(self.outbox.sent(attempt, {}, self.now))
        assert sum(self.outbox.pending(receiver) for receiver in RECEIVERS) == 0
        last = {key: record for key, record in self.topic if record is not None}
        for key in self.intended:
            assert last[outcome_key(key)].state == "superseded" or self.arrived.get(key)


KilledOutbox.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestKilledOutbox = KilledOutbox.TestCase
