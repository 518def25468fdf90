"""Which delivery takes the place of which, and why."""

import pytest
from msgspec.structs import replace

from alerts.deliveries.reason import Reason
from alerts.deliveries.superseding import ends_nothing, hides_links, outranks, superseded
from tests.alerts.deliveries.intended import delivery


@pytest.mark.parametrize(
    ("waits", "newer", "reason"),
    [
        ("update", "update", Reason.NEWER_UPDATE),
        ("update", "page", Reason.NEWER_PAGE),
        ("update", "acknowledged", Reason.ACKNOWLEDGED),
        ("update", "resolved", Reason.RESOLVED),
        ("update", "test", Reason.NONE),
        ("page", "update", Reason.NONE),
        ("page", "page", Reason.NEWER_PAGE),
        ("page", "acknowledged", Reason.ACKNOWLEDGED),
        ("page", "resolved", Reason.RESOLVED),
        ("acknowledged", "update", Reason.NONE),
        ("acknowledged", "page", Reason.NEWER_PAGE),
        ("acknowledged", "acknowledged", Reason.ACKNOWLEDGED),
        ("acknowledged", "resolved", Reason.RESOLVED),
        ("resolved", "update", Reason.NONE),
        ("resolved", "page", Reason.NEWER_PAGE),
        ("resolved", "acknowledged", Reason.NONE),
        ("resolved", "resolved", Reason.RESOLVED),
        ("test", "page", Reason.NONE),
    ],
)
def test_what_says_all_that_another_would_takes_its_place(waits, newer, reason):
    mine = delivery(2, "slack", waits)

    assert superseded(mine, [mine, delivery(3, "slack", newer)], wakes=False) is reason
    assert superseded(mine, [mine, delivery(1, "slack", newer)], wakes=False) is Reason.NONE


def test_of_several_the_newest_says_why():
    newer = [delivery(3, purpose="acknowledged"), delivery(5, purpose="resolved"), delivery(4)]

    assert superseded(delivery(2), newer, wakes=True) is Reason.RESOLVED


def test_what_was_refused_takes_no_place():
    assert not outranks(replace(delivery(3), state="failed"), delivery(2))


@pytest.mark.parametrize(
    ("newer", "hidden"),
    [(("update", "grown"), True), (("update", "links_revoked"), False), (("page", "severity_raised"), False)],
)
def test_an_update_of_figures_does_not_hide_that_links_are_withdrawn(newer, hidden):
    purpose, change = newer
    withdrawn = delivery(2, "slack", "update", change="links_revoked")

    assert hides_links(delivery(3, "slack", purpose, change=change), withdrawn) is hidden


@pytest.mark.parametrize(
    ("purpose", "attempts", "nothing"),
    [("acknowledged", 0, True), ("resolved", 0, True), ("resolved", 1, False), ("page", 0, False)],
)
def test_the_end_of_what_was_never_tried_is_the_end_of_nothing(purpose, attempts, nothing):
    assert ends_nothing(delivery(3, purpose=purpose), [replace(delivery(2), attempts=attempts)]) is nothing


@pytest.mark.parametrize(("wakes", "reason"), [(True, Reason.NEVER_TOLD), (False, Reason.NONE)])
def test_a_chat_is_told_of_the_end_though_it_was_never_told_of_the_beginning(wakes, reason):
    assert superseded(delivery(3, purpose="resolved"), [], wakes=wakes) is reason
