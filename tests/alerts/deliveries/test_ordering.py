"""Which of several deliveries goes first."""

import pytest
from msgspec.structs import replace

from alerts.deliveries.ordering import is_behind, turn
from tests.alerts.deliveries.intended import delivery
from tests.alerts.verdicts import NOW


def test_pages_go_first_and_then_what_was_decided_first():
    late_page = replace(delivery(9, incident="b"), decided_at=NOW + 60)
    old, young = delivery(2, purpose="update"), replace(delivery(1, purpose="resolved"), decided_at=NOW + 1)
    next_version = delivery(3, purpose="update")

    assert sorted([young, next_version, old, late_page], key=turn) == [late_page, old, next_version, young]


@pytest.mark.parametrize(
    ("purpose", "older", "behind"),
    [
        ("page", "page", True),
        ("page", "update", False),
        ("update", "page", True),
        ("update", "update", True),
        ("resolved", "acknowledged", True),
    ],
)
def test_the_older_goes_first_but_a_page_waits_for_pages_alone(purpose, older, behind):
    mine = delivery(3, "slack", purpose)

    assert is_behind(mine, [mine, delivery(2, "slack", older)]) is behind
    assert not is_behind(mine, [mine, delivery(4, "slack", older)])
    assert not is_behind(mine, [mine, delivery(2, "pager", older)])
