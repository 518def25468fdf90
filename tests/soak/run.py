"""Carries out one plan: workers, fakes, mentions, harm, and then the judgement."""

import asyncio
import contextlib
import math
import time
import uuid
from collections.abc import AsyncIterator, Hashable, Sequence
from pathlib import Path

import kafka as kafka_python

from alerts.simulation.services.inbox import Inbox
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import free_port
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import DELIVERIES, FLUSHES, INCIDENTS, OBSERVATIONS
from tests.kafka.apache_kafka import ApacheKafka
from tests.patience import PATIENCE_S
from tests.soak.acknowledging import acknowledge, web_process
from tests.soak.busy import busy_processes
from tests.soak.crew import ROOT, Crew
from tests.soak.deliveries import asked_for, judge_deliveries
from tests.soak.disturbance import Disturbance
from tests.soak.evidence import keep
from tests.soak.expected import Expected, expected_of
from tests.soak.faults import NEEDS_ANOTHER_CHECKOUT
from tests.soak.judgement import Incidents, judge_counts, judge_incidents, newest
from tests.soak.listening import Listener, read_whole
from tests.soak.plan import Plan
from tests.soak.recovery import recoveries, unworked, worked_on
from tests.soak.result import Result
from tests.soak.sender import Sender
from tests.soak.settings import write_settings
from tests.soak.talk import BIN_S, HISTORY_S, IN_CRISIS, LATENESS_S, NAMES, Said, beginning, counted, history, live
from tests.soak.told import Told

PARTITIONS = 4
SESSION_S = 6.0
_LATE_S = LATENESS_S - 5.0
_BEGINS_IN_S = 0.5


class Run:
    """One plan on one Kafka.

    Parameters
    ----------
    plan
        What is done.
    apache
        The Kafka that it is done to; it is left running, without the run's topics.
    folder
        For configuration, logs and traces.
    checkout
        Of the version before, whose workers are replaced where the fault is an upgrade.
    patience_s
        How long nothing may move before it is taken that nothing will.
    """

    def __init__(
        self, plan: Plan, apache: ApacheKafka, folder: Path, *, checkout: Path = ROOT, patience_s: float = PATIENCE_S
    ) -> None:
        mine = f"soak-{plan.fault}-{plan.seed}-{uuid.uuid4().hex[:8]}"
        self.plan = plan
        self.folder = folder
        self.kafka = KafkaSettings(
            brokers=(apache.address,),
            topic_prefix=f"{mine}.",
            group=mine,
            partitions=PARTITIONS,
            session_timeout_s=SESSION_S,
        )
        self._apache = apache
        self._checkout = checkout if plan.fault in NEEDS_ANOTHER_CHECKOUT else ROOT
        self._patience_s = patience_s
        self._listener = Listener(self.kafka, (OBSERVATIONS, INCIDENTS, DELIVERIES))
        self._told = Told(self._listener, NAMES)
        self._taken: list[str] = []

    async def carry_out(self) -> Result:
        """Do all of it, and judge."""
        began = time.monotonic()
        self.folder.mkdir(parents=True)
        await asyncio.to_thread(ensure_topics, self.kafka)
        inbox = Inbox()
        await inbox.start()
        try:
            with busy_processes(self.plan.busy):
                result = await self._with(inbox, began)
        finally:
            await inbox.stop()
            await asyncio.to_thread(self._forget_topics)
        return result

    async def _with(self, inbox: Inbox, began: float) -> Result:
        configuration = write_settings(self.folder, self.kafka, inbox, free_port())
        sender = Sender(self.kafka)
        crew = Crew(self.folder, configuration, delays=str(self.plan.seed) * self.plan.delays, checkout=self._checkout)
        disturbance = Disturbance(crew, self._apache, self.kafka, sender)
        try:
            async with self._listener, web_process(configuration, wanted=self.plan.acknowledge_by == "link"):
                begin = beginning(self.plan, time.time())
                before = history(self.plan, begin)
                await asyncio.to_thread(sender.send_history, begin, before)
                sent_at = time.monotonic()
                await asyncio.gather(*(crew.start(number) for number in range(self.plan.workers)))
                await self._history_told(before, begin)
                # Meanwhile event time has gone on by itself: what is said now lies where it is now.
                begin += HISTORY_S + math.ceil(time.monotonic() - sent_at + _BEGINS_IN_S) + 1
                now = live(self.plan, begin)
                async with self._taking(inbox):
                    await self._disturb(now, sender, disturbance)
                    end = begin + int(self.plan.live_s * self.plan.speed) + 1
                    await asyncio.to_thread(sender.send_end, end)
                    expected = await asyncio.to_thread(expected_of, (*before, *now))
                    is_settled = await self._settle(expected)
                flushes = await read_whole(self.kafka, FLUSHES)
            await crew.close()
        finally:
            await crew.close()
        worked = await asyncio.to_thread(worked_on, flushes, crew.traces)
        incidents = self._told.incidents
        result = Result(
            plan=self.plan,
            settled=is_settled,
            counts=judge_counts(expected.bins, self._told.bins),
            incidents=self._judged(expected),
            deliveries=judge_deliveries(incidents, self._told.outcomes, inbox),
            recovery_s=tuple(round(seconds, 2) for seconds in recoveries(disturbance.done, worked)),
            unworked=tuple(f"{place.partition}/{place.offset}" for place in unworked(worked)),
            ended=tuple(crew.ended),
            taken_after_s=round(sender.slowest_s, 2),
            void=self._void(sender.slowest_s),
            seconds=round(time.monotonic() - began, 1),
        )
        if not (result.faults or result.ended):
            return result
        rows = self._listener.heard(OBSERVATIONS)
        return await asyncio.to_thread(keep, result, self.folder, flushes, worked, rows)

    async def _disturb(self, said: Sequence[Said], sender: Sender, disturbance: Disturbance) -> None:
        begin = asyncio.get_running_loop().time() + _BEGINS_IN_S
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(sender.send_live, said, begin))
            group.create_task(disturbance.carry_out(self.plan.actions, begin))
        await disturbance.end(self.plan.workers)

    async def _settle(self, expected: Expected) -> bool:
        return await self._listener.until(
            lambda: self._is_settled(expected), lambda: self._progress(expected), self._patience_s
        )

    @contextlib.asynccontextmanager
    async def _taking(self, inbox: Inbox) -> AsyncIterator[None]:
        taking = asyncio.create_task(self._take(inbox))
        try:
            yield
        finally:
            taking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await taking

    async def _history_told(self, said: Sequence[Said], begin: int) -> None:
        last = begin + HISTORY_S - LATENESS_S - 2 * BIN_S
        # A bin in which nobody spoke of a brand is told of by nobody.
        wanted = {(brand, start) for brand, start in counted(said) if start <= last}

        def is_pushed() -> bool:
            return wanted <= self._told.bins.keys()

        if not await self._listener.until(is_pushed, lambda: len(self._told.bins), PATIENCE_S):
            raise RuntimeError(f"the workers did not read the history: look at {self.folder}")

    async def _take(self, inbox: Inbox) -> None:
        """Take the incident of the brand in crisis some time after it was told."""
        await self._listener.until(lambda: bool(self._in_crisis()), time.monotonic, PATIENCE_S)
        await asyncio.sleep(self.plan.acknowledge_after_s)
        incident = self._in_crisis()
        await acknowledge(self.plan.acknowledge_by, IN_CRISIS, lambda: incident, self.kafka, inbox)
        self._taken.append(incident)

    def _in_crisis(self) -> str:
        return next((name for name, _ in sorted(self._told.incidents) if name.startswith(IN_CRISIS)), "")

    def _judged(self, expected: Expected) -> Incidents:
        is_exact = self.plan.speed > 1
        return judge_incidents(expected, newest(self._told.incidents), self._taken, is_exact=is_exact)

    def _progress(self, expected: Expected) -> Hashable:
        told = self._told
        return len(expected.bins.keys() & told.bins.keys()), len(told.incidents), len(told.outcomes), len(self._taken)

    def _is_settled(self, expected: Expected) -> bool:
        """Whether all has come that must come. Bins are waited for, and not for what they say: that is judged."""
        told = self._told
        if not expected.bins.keys() <= told.bins.keys() or (expected.incidents and not self._taken):
            return False
        found = self._judged(expected)
        if found.missing or found.unlike or found.acknowledgements_lost:
            return False
        return asked_for(told.incidents).keys() <= told.outcomes.keys()

    def _void(self, slowest_s: float) -> str:
        return f"a mention needed {slowest_s:.0f} s to reach Kafka" if slowest_s > _LATE_S else ""

    def _forget_topics(self) -> None:
        if not self._apache.is_running:
            self._apache.start_again()
        admin = kafka_python.KafkaAdminClient(bootstrap_servers=list(self.kafka.brokers))
        with contextlib.closing(admin):
            mine = [name for name in admin.list_topics() if self.kafka.group in name]
            admin.delete_topics(mine)
