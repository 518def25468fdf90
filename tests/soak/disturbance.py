"""Does the harm that a plan says, when it says it, and notes when it was done."""

import asyncio
import contextlib
import time

import kafka as kafka_python
from kafka.admin import NewPartitions
from msgspec import Struct

from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MENTIONS
from tests.kafka.apache_kafka import ApacheKafka
from tests.soak.crew import Crew
from tests.soak.faults import Action
from tests.soak.sender import Sender

_MORE = 2


class Done(Struct, frozen=True, kw_only=True):
    """An action, and when it began to be felt (epoch seconds)."""

    action: Action
    at: float


class Disturbance:
    """Carries out the actions of one run.

    Parameters
    ----------
    crew, apache, sender
        The workers, the broker, and who speaks.
    kafka
        The run's topics.
    """

    def __init__(self, crew: Crew, apache: ApacheKafka, kafka: KafkaSettings, sender: Sender) -> None:
        self.done: list[Done] = []
        self._crew = crew
        self._apache = apache
        self._kafka = kafka
        self._sender = sender
        self._partitions = kafka.partitions
        self._broker = asyncio.Lock()

    async def carry_out(self, actions: tuple[Action, ...], begin: float) -> None:
        """Do what is planned; times count from ``begin`` on the loop's clock. What takes long holds up nothing else."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            for action in actions:
                await asyncio.sleep(begin + action.at_s - loop.time())
                group.create_task(self._do_and_note(action))
                # In their order, also where two are due at once.
                await asyncio.sleep(0)

    async def end(self, workers: int) -> None:
        """Bring everything back that is still away."""
        async with self._broker:
            if not self._apache.is_running:
                await asyncio.to_thread(self._apache.start_again)
        await self._crew.make_up(workers)

    async def _do_and_note(self, action: Action) -> None:
        # Whoever is asked to end works on until he has left: only then is anybody missed.
        if action.what == "end":
            await self._do(action)
            self.done.append(Done(action=action, at=time.time()))
        else:
            self.done.append(Done(action=action, at=time.time()))
            await self._do(action)

    async def _do(self, action: Action) -> None:
        match action.what:
            case "start":
                await self._crew.start(action.worker)
            case "end":
                await self._crew.end(action.worker)
            case "kill":
                await self._crew.kill(action.worker)
            case "pause":
                await self._crew.pause(action.worker)
            case "resume":
                await self._crew.resume(action.worker)
            case "upgrade":
                await self._crew.upgrade(action.worker)
            case _:
                async with self._broker:
                    await asyncio.to_thread(self._do_to_kafka, action)

    def _do_to_kafka(self, action: Action) -> None:
        match action.what:
            case "stop_broker" if self._apache.is_running:
                self._apache.stop()
            case "kill_broker" if self._apache.is_running:
                self._apache.kill()
            case "start_broker" if not self._apache.is_running:
                self._apache.start_again()
            case "grow":
                self._grow()
            case _:
                pass

    def _grow(self) -> None:
        if not self._apache.is_running:
            self._apache.start_again()
        self._partitions += _MORE
        admin = kafka_python.KafkaAdminClient(bootstrap_servers=list(self._kafka.brokers))
        with contextlib.closing(admin):
            admin.create_partitions({self._kafka.topic(MENTIONS): NewPartitions(total_count=self._partitions)})
        self._sender.know_of_growth()
