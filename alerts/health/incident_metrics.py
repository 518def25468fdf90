"""What is counted when incidents change and commands are carried out."""

from collections.abc import Sequence

from alerts.health import metrics
from alerts.incidents.command import Command
from alerts.incidents.incident import Incident


def count_change(incident: Incident) -> None:
    """Count the newest change of an incident. A replay after a crash counts once more."""
    change = incident.change
    metrics.INCIDENTS.labels(incident.kind, change.type).inc()
    earlier = [each.type for each in incident.changes[:-1]]
    if change.type == "notified" and incident.paged and "notified" not in earlier:
        metrics.PAGED.labels(incident.brand).inc()
    if change.type == "false_alarm" and incident.paged:
        metrics.FALSE_PAGES.labels(incident.brand).inc()
    if change.type == "acknowledged":
        metrics.ACKNOWLEDGEMENTS.labels(change.via).inc()
        if "acknowledged" not in earlier:
            metrics.ACKNOWLEDGE_SECONDS.observe(max(0.0, change.at - incident.changes[0].at))


def count_command(command: Command, changed: Sequence[Incident]) -> None:
    """Count a command, as refused where it named an incident and nothing came of it."""
    if command.type in {"tick", "compare"}:
        return
    if command.incident and not changed:
        metrics.COMMANDS_REFUSED.labels(command.type).inc()
    else:
        metrics.COMMANDS.labels(command.type, command.via).inc()
