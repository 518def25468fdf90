"""The incidents stage in one process: the real lifecycle, with a dictionary in place of Kafka."""

import asyncio
from collections.abc import Callable

from alerts.errors import AlertsError
from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.command import Command
from alerts.incidents.incident import Incident
from alerts.incidents.policy import Policy, Step
from detectors.verdict import Verdict

POLICY = Policy(
    id="comms", steps=(Step(notify=("slack-crisis", "pager")), Step(notify=("chief-executive",), after_s=600))
)


class Clock:
    """Wall time that a test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Stage:
    """A store of incidents that carries commands out, as a worker would.

    ``deaf`` keeps commands without carrying them out, ``down`` refuses them.
    """

    def __init__(self, clock: Clock, name: str = "Northside Hospital Trust") -> None:
        self.clock = clock
        self.commands: list[Command] = []
        self.deaf = False
        self.down = False
        self.starting: tuple[str, ...] = ()
        self.broken = ""
        self.heard = asyncio.Event()
        self._brand = BrandIncidents("northside", name, POLICY)
        self._incidents: dict[str, Incident] = {}
        self._changed = asyncio.Condition()

    def now(self) -> float:
        return self.clock()

    def take(self, verdict: Verdict) -> Incident:
        """Take a verdict, and return the incident that it opened or changed."""
        return self._keep(self._brand.take_verdict(verdict, self.clock()) or list(self._brand.incidents[-1:]))

    def put(self, incident: Incident) -> Incident:
        """Put an incident there as it is."""
        self._incidents[incident.id] = incident
        return incident

    async def send_command(self, command: Command) -> None:
        if self.down:
            raise AlertsError("no broker answers at localhost:9092")
        self.commands.append(command)
        self.heard.set()
        if not self.deaf:
            await self.carry_out(command)

    async def carry_out(self, command: Command) -> None:
        told = self._brand.take_command(command, self.clock())
        if told:
            self._keep(told)
        async with self._changed:
            self._changed.notify_all()

    def get(self, incident_id: str) -> Incident | None:
        return self._incidents.get(incident_id)

    async def wait_for(
        self, incident_id: str, satisfied: Callable[[Incident], bool], timeout_s: float
    ) -> Incident | None:
        def there() -> bool:
            found = self._incidents.get(incident_id)
            return found is not None and satisfied(found)

        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(there)
        except TimeoutError:
            return None
        return self._incidents[incident_id]

    def missing(self) -> tuple[str, ...]:
        return self.starting

    def failed(self) -> str:
        return self.broken

    def _keep(self, told: list[Incident]) -> Incident:
        self._incidents[told[-1].id] = told[-1]
        return told[-1]
