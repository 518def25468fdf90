"""The outbox that tests of deliveries begin with."""

import pytest

from alerts.deliveries.outbox import Outbox
from tests.alerts.deliveries.intended import RECEIVERS
from tests.alerts.verdicts import NOW


@pytest.fixture
def outbox() -> Outbox:
    started = Outbox(RECEIVERS, chance=lambda: 1.0)
    started.start(0)
    started.overdue(NOW)
    return started
