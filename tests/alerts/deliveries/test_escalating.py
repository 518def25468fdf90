"""When a page goes to the next step as well."""

import pytest
from msgspec.structs import replace

from alerts.deliveries.escalating import (
    FIRST_TRY_S,
    UNREACHABLE_ATTEMPTS,
    UNREACHABLE_S,
    has_failed_often,
    has_waited_long,
)
from alerts.deliveries.incident_deliveries import PendingDelivery
from tests.alerts.deliveries.intended import delivery

LATE = UNREACHABLE_S
JUST_FOUND = LATE - FIRST_TRY_S + 1


def page(attempts: int = 0, **fields) -> PendingDelivery:
    return PendingDelivery(delivery=replace(delivery(2), attempts=attempts), **fields)


@pytest.mark.parametrize(
    ("attempts", "before", "often"),
    [
        (UNREACHABLE_ATTEMPTS, 0, True),
        (UNREACHABLE_ATTEMPTS - 1, 0, False),
        (1, UNREACHABLE_ATTEMPTS - 1, True),
        (1, UNREACHABLE_ATTEMPTS - 2, False),
    ],
)
def test_the_attempts_of_the_pages_before_it_count_as_well(attempts, before, often):
    assert has_failed_often(page(attempts, tries_before=before)) is often


@pytest.mark.parametrize(
    ("entry", "looked_at", "now", "long"),
    [
        (page(), 0.0, LATE - 1, False),
        (page(), 0.0, LATE, True),
        (page(waiting_since=1.0), 0.0, LATE, False),
        (page(), JUST_FOUND, LATE, False),
        (page(seen_at=JUST_FOUND), 0.0, LATE, False),
        (page(attempts=1), JUST_FOUND, LATE, True),
        (page(tries_before=1), JUST_FOUND, LATE, True),
        (page(), JUST_FOUND, JUST_FOUND + FIRST_TRY_S, True),
    ],
)
def test_it_has_waited_long_by_the_clock_once_it_could_have_been_tried(entry, looked_at, now, long):
    assert has_waited_long(entry, looked_at, now) is long
