"""A page that cannot be delivered makes its incident go on, also where Kafka does not take the command at once."""

from msgspec.structs import replace

from alerts.deliveries.escalating import Unreachable
from alerts.deliveries.reason import Reason
from alerts.errors import AlertsError
from alerts.incidents.command import Command
from alerts.kafka.escalations import Escalations
from tests.alerts.deliveries.intended import delivery
from tests.alerts.verdicts import NOW


class Kafka:
    """Takes so many commands, and refuses the next."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.taken: list[Command] = []

    async def send(self, command: Command) -> None:
        if len(self.taken) == self.takes:
            raise AlertsError("not now")
        self.taken.append(command)


def unreachable(incident: str) -> Unreachable:
    return Unreachable(delivery=replace(delivery(2, incident=incident), escalated=Reason.REFUSED), detail="400")


async def test_the_command_names_the_incident_the_step_and_who_cannot_be_reached():
    kafka = Kafka(takes=1)
    escalations = Escalations(kafka.send)

    escalations.take([unreachable("a")], NOW)
    await escalations.send()

    (command,) = kafka.taken
    assert (command.type, command.incident, command.step, command.at) == ("tick", "a", 0, NOW)
    assert command.id == f"unreachable-{delivery(2, incident='a').id}"
    assert command.note == "pager cannot be reached"


async def test_what_kafka_does_not_take_is_sent_later_in_its_order():
    kafka = Kafka(takes=1)
    escalations = Escalations(kafka.send)
    escalations.take([unreachable("a"), unreachable("b")], NOW)
    await escalations.send()
    escalations.take([unreachable("c")], NOW)
    assert [command.incident for command in kafka.taken] == ["a"]

    kafka.takes = 3
    await escalations.send()
    await escalations.send()

    assert [command.incident for command in kafka.taken] == ["a", "b", "c"]
