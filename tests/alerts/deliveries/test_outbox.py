"""What the outbox decides to send, and when."""

import pytest
from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.escalating import FIRST_TRY_S, UNREACHABLE_ATTEMPTS, UNREACHABLE_S
from alerts.deliveries.giving_up import GIVE_UP_S, REMOVED_S
from alerts.deliveries.outbox import KEEP_S, Outbox, outcome_key
from alerts.deliveries.reason import Reason
from alerts.deliveries.waiting import LONGEST_ASKED_S, LONGEST_ASKED_UPDATE_S
from alerts.errors import DeliveryError
from alerts.incidents.incident import Incident
from detectors.verdict import Evidence
from tests.alerts.deliveries.intended import POST, RECEIVERS, RETRY, claimed, delivery
from tests.alerts.verdicts import NOW


def states(records) -> list[str]:
    return [record.delivery.state for record in records if record.delivery is not None]


def test_an_intent_is_claimed_once_as_sending(outbox):
    outbox.take(delivery(2), NOW)

    attempt = claimed(outbox, "pager")

    assert (attempt.delivery.state, attempt.delivery.attempts, attempt.repeat) == ("sending", 1, False)
    assert outbox.claim("pager", NOW) is None


def test_pages_go_before_updates(outbox):
    outbox.take(delivery(2, "slack", "update", incident="a"), NOW)
    outbox.take(delivery(5, "slack", "page", incident="b"), NOW)

    assert claimed(outbox, "slack").delivery.purpose == "page"


def test_only_the_newest_pending_update_is_sent(outbox):
    for version in (3, 4, 5):
        outbox.take(delivery(version, "slack", "update"), NOW)

    assert states(outbox.superseded(NOW)) == ["superseded", "superseded"]
    assert claimed(outbox, "slack").delivery.incident.version == 5


def test_updates_of_different_incidents_do_not_supersede_each_other(outbox):
    outbox.take(delivery(3, "slack", "update", incident="a"), NOW)
    outbox.take(delivery(4, "slack", "update", incident="b"), NOW)

    assert outbox.superseded(NOW) == []


def test_a_page_that_still_waits_goes_out_with_the_fresh_link(outbox):
    outbox.take(delivery(2, link="/old"), NOW)
    outbox.failed(claimed(outbox, "pager"), RETRY, NOW)

    outbox.take(delivery(3, purpose="update", change="links_revoked", link="/fresh"), NOW + 1)

    attempt = claimed(outbox, "pager", NOW + 60)
    assert (attempt.delivery.purpose, attempt.delivery.link) == ("page", "/fresh")


def test_a_page_under_way_while_the_links_are_withdrawn_is_repeated_with_the_fresh_link(outbox):
    outbox.take(delivery(2, link="/old"), NOW)
    attempt = claimed(outbox, "pager")
    outbox.take(delivery(3, purpose="update", change="links_revoked", link="/fresh"), NOW)

    outbox.failed(attempt, RETRY, NOW)

    assert claimed(outbox, "pager", NOW + 60).delivery.link == "/fresh"


def test_nobody_is_woken_for_what_somebody_has_already(outbox):
    outbox.take(delivery(2), NOW)
    outbox.take(delivery(3, purpose="acknowledged"), NOW)

    assert states(outbox.superseded(NOW)) == ["superseded", "superseded"]
    assert outbox.claim("pager", NOW) is None


def test_a_pager_that_was_told_is_told_of_the_end(outbox):
    outbox.take(delivery(2), NOW)
    outbox.sent(claimed(outbox, "pager"), {}, NOW)
    outbox.take(delivery(3, purpose="resolved"), NOW)

    assert outbox.superseded(NOW) == []
    assert claimed(outbox, "pager").delivery.purpose == "resolved"


def test_an_update_never_overtakes_the_page_of_its_incident(outbox):
    outbox.take(delivery(2, "slack"), NOW)
    outbox.failed(claimed(outbox, "slack"), RETRY, NOW)
    outbox.take(delivery(3, "slack", "update"), NOW)

    assert outbox.claim("slack", NOW + 0.9) is None
    assert claimed(outbox, "slack", NOW + 1.1).delivery.purpose == "page"


def test_the_receivers_pace_is_kept(outbox):
    outbox.take(delivery(2, "slack", incident="a"), NOW)
    outbox.take(delivery(2, "slack", incident="b"), NOW)
    claimed(outbox, "slack")

    assert outbox.claim("slack", NOW + 0.5) is None
    assert outbox.next_at("slack") == NOW + 1.0
    assert outbox.claim("slack", NOW + 1.0) is not None


def test_waits_double_up_to_a_cap(outbox):
    outbox.take(delivery(2), NOW)

    now, waits = NOW, []
    for _ in range(8):
        outbox.failed(claimed(outbox, "pager", now), RETRY, now)
        upcoming = outbox.next_at("pager")
        waits.append(upcoming - now)
        now = upcoming

    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_receiver_that_asks_for_time_gets_it_from_every_delivery(outbox):
    outbox.take(delivery(2, incident="a"), NOW)
    outbox.take(delivery(2, incident="b"), NOW)

    outbox.failed(claimed(outbox, "pager"), DeliveryError("429", outcome="retry", retry_after_s=20), NOW)

    assert outbox.claim("pager", NOW + 19) is None
    assert outbox.claim("pager", NOW + 20) is not None


def test_an_unknown_outcome_makes_every_later_attempt_a_repeat(outbox):
    outbox.take(delivery(2), NOW)
    (first,) = outbox.failed(claimed(outbox, "pager"), DeliveryError("timed out", outcome="unknown"), NOW)
    second = claimed(outbox, "pager", NOW + 5)
    (after_a_refused_connection,) = outbox.failed(second, RETRY, NOW + 5)

    assert (first.delivery.state, second.repeat, after_a_refused_connection.delivery.state) == (
        "unknown",
        True,
        "unknown",
    )
    assert claimed(outbox, "pager", NOW + 60).repeat


def test_a_refusal_is_final_and_rings_through_the_next_step(outbox):
    outbox.take(delivery(2), NOW)

    record, _ = outbox.failed(claimed(outbox, "pager"), DeliveryError("400 bad routing key", outcome="refused"), NOW)

    assert (record.delivery.state, record.delivery.error) == ("failed", "400 bad routing key")
    assert [u.detail for u in outbox.unreachable] == ["400 bad routing key"]
    assert outbox.claim("pager", NOW + 100) is None


def test_a_pager_that_fails_for_long_is_reported_once(outbox):
    outbox.take(delivery(2), NOW)

    now = NOW
    for attempt in range(1, UNREACHABLE_ATTEMPTS + 3):
        outbox.failed(claimed(outbox, "pager", now), RETRY, now)
        assert len(outbox.unreachable) == (attempt >= UNREACHABLE_ATTEMPTS)
        now += 60 if attempt > UNREACHABLE_ATTEMPTS else 20


def test_a_chat_that_fails_is_reported_also_while_the_pager_rang(outbox):
    outbox.take(delivery(2), NOW)
    outbox.take(delivery(2, "slack"), NOW)
    outbox.sent(claimed(outbox, "pager"), {}, NOW)

    outbox.failed(claimed(outbox, "slack"), DeliveryError("channel_not_found", outcome="refused"), NOW)

    assert reported_unreachable(outbox) == [("slack", "channel_not_found")]


def reported_unreachable(outbox: Outbox) -> list[tuple[str, str]]:
    return [(told.delivery.receiver, told.detail) for told in outbox.unreachable]


@pytest.mark.parametrize("receiver", RECEIVERS)
@pytest.mark.parametrize("held_up", ["request hangs", "receiver asked for time", "waits for its next attempt"])
def test_a_page_that_is_not_taken_within_its_time_is_unreachable_whatever_it_waits_for(outbox, receiver, held_up):
    outbox.take(delivery(2, receiver), NOW)
    attempt = claimed(outbox, receiver)
    if held_up == "receiver asked for time":
        outbox.failed(attempt, DeliveryError("429", outcome="retry", retry_after_s=1e12), NOW)
    elif held_up == "waits for its next attempt":
        outbox.failed(attempt, RETRY, NOW)

    outbox.overdue(NOW + UNREACHABLE_S - 1)
    assert outbox.unreachable == []
    outbox.overdue(NOW + UNREACHABLE_S)
    outbox.overdue(NOW + UNREACHABLE_S + 1)

    assert [told.delivery.id for told in outbox.unreachable] == [delivery(2, receiver).id]


def test_a_page_that_waits_behind_another_is_unreachable_as_well(outbox):
    for incident in ("a", "b"):
        outbox.take(delivery(2, incident=incident), NOW)
    claimed(outbox, "pager")

    outbox.overdue(NOW + UNREACHABLE_S)

    assert sorted(told.delivery.incident.id for told in outbox.unreachable) == ["a", "b"]


def test_an_update_is_never_unreachable(outbox):
    outbox.take(delivery(2, "slack", "update"), NOW)
    outbox.take(delivery(2, "pager", "resolved"), NOW)

    outbox.overdue(NOW + 10 * UNREACHABLE_S)

    assert outbox.unreachable == []


def test_a_page_found_at_a_start_is_tried_before_it_is_called_unreachable(outbox):
    later = NOW + 10 * UNREACHABLE_S
    outbox.take(delivery(2), later)

    outbox.overdue(later)
    assert outbox.unreachable == []
    outbox.overdue(later + FIRST_TRY_S)

    assert len(outbox.unreachable) == 1


def test_a_page_that_failed_before_a_restart_is_unreachable_at_once_after_it(outbox):
    outbox.take(delivery(2), NOW)
    (failed,) = outbox.failed(claimed(outbox, "pager"), RETRY, NOW)
    restarted = Outbox(RECEIVERS, chance=lambda: 1.0)
    restarted.take(failed.delivery, NOW + UNREACHABLE_S)
    restarted.start(0)

    restarted.overdue(NOW + UNREACHABLE_S)

    assert reported_unreachable(restarted) == [("pager", "503")]


def test_a_page_decided_by_a_clock_that_is_ahead_waits_no_longer(outbox):
    ahead = delivery(2)
    outbox.take(replace(ahead, decided_at=NOW + 3600), NOW)
    claimed(outbox, "pager")

    outbox.overdue(NOW + UNREACHABLE_S)

    assert len(outbox.unreachable) == 1


def test_a_page_that_takes_the_place_of_another_waits_since_that_one_did(outbox):
    outbox.take(delivery(2), NOW)
    for later in (1, 20, 40):
        outbox.failed(claimed(outbox, "pager", NOW + later), RETRY, NOW + later)
    outbox.take(replace(delivery(3, change="severity_raised"), decided_at=NOW + 100), NOW + 100)
    outbox.superseded(NOW + 100)

    outbox.overdue(NOW + UNREACHABLE_S - 1)
    assert outbox.unreachable == []
    outbox.overdue(NOW + UNREACHABLE_S)

    assert [told.delivery.incident.version for told in outbox.unreachable] == [3]


def test_a_page_that_takes_the_place_of_one_that_was_reported_has_a_time_of_its_own(outbox):
    outbox.take(delivery(2), NOW)
    outbox.overdue(NOW + UNREACHABLE_S)
    later = NOW + UNREACHABLE_S + 60
    outbox.take(replace(delivery(3, change="severity_raised"), decided_at=later), later)
    outbox.superseded(later)
    claimed(outbox, "pager", later)

    outbox.overdue(later + UNREACHABLE_S - 1)
    assert len(outbox.unreachable) == 1
    outbox.overdue(later + UNREACHABLE_S)

    assert len(outbox.unreachable) == 2


def test_a_page_to_a_receiver_that_left_the_configuration_is_unreachable(outbox):
    outbox.take(delivery(2, "fax"), NOW)

    outbox.superseded(NOW)
    assert reported_unreachable(outbox) == []
    outbox.superseded(NOW + REMOVED_S + 1)

    assert reported_unreachable(outbox) == [("fax", "this receiver is not in the configuration any more")]


def test_a_page_to_a_receiver_that_others_know_already_waits_until_it_is_taken_up_here(outbox):
    outbox.take(delivery(2, "fax"), NOW)
    outbox.superseded(NOW)

    outbox.use({**RECEIVERS, "fax": RECEIVERS["pager"]})

    assert claimed(outbox, "fax", NOW + 5).delivery.receiver == "fax"
    assert reported_unreachable(outbox) == []


def test_what_a_receiver_asked_for_is_kept_though_its_settings_are_others(outbox):
    outbox.take(delivery(2, "slack"), NOW)
    outbox.failed(claimed(outbox, "slack"), DeliveryError("429", outcome="retry", retry_after_s=100.0), NOW)

    outbox.use(dict(RECEIVERS))

    assert outbox.claim("slack", NOW + 99) is None


@pytest.mark.parametrize("asked_s", [600.0, 1.8e9, float("inf")])
def test_what_a_receiver_asks_for_is_given_up_to_minutes(outbox, asked_s):
    outbox.take(delivery(2, "slack"), NOW)
    outbox.take(delivery(9, "slack", "update", incident="b"), NOW)
    outbox.failed(claimed(outbox, "slack"), DeliveryError("429", outcome="retry", retry_after_s=asked_s), NOW)
    outbox.take(delivery(2, "slack", incident="c"), NOW + 1)

    assert outbox.claim("slack", NOW + LONGEST_ASKED_S - 1) is None
    pages = [claimed(outbox, "slack", NOW + LONGEST_ASKED_S + later).delivery for later in (0, 2)]
    assert {page.incident.id for page in pages} == {"northside-1", "c"}
    asked_of_updates = min(asked_s, LONGEST_ASKED_UPDATE_S)
    assert outbox.claim("slack", NOW + asked_of_updates - 1) is None
    assert claimed(outbox, "slack", NOW + asked_of_updates + 1).delivery.purpose == "update"


def test_the_first_receipt_is_handed_to_all_that_follow(outbox):
    for version in (2, 3, 4):
        outbox.take(delivery(version, "slack", "update" if version > 2 else "page"), NOW)
        attempt = claimed(outbox, "slack", NOW + 10 * version)
        assert attempt.earlier == ({} if version == 2 else {"ts": "2"})
        outbox.sent(attempt, {"ts": str(version)}, NOW)


def test_what_was_told_anew_is_what_later_deliveries_go_on_from(outbox):
    receipts = [{"ts": "1"}, {"ts": "7", "told_anew": "1"}, {"ts": "7"}, {"ts": "9", "told_anew": "7"}, {"ts": "9"}]
    earlier = []
    for version, receipt in enumerate(receipts, 2):
        outbox.take(delivery(version, "slack", "page"), NOW)
        attempt = claimed(outbox, "slack", NOW + 10 * version)
        earlier.append(attempt.earlier.get("ts"))
        outbox.sent(attempt, receipt, NOW)

    assert earlier == [None, "1", "7", "7", "9"]


def test_fresh_links_are_sent_though_the_figures_have_changed_since(outbox):
    outbox.take(delivery(2, "slack", "update", change="links_revoked"), NOW)
    outbox.take(delivery(3, "slack", "update", change="grown"), NOW)

    assert outbox.superseded(NOW) == []
    assert claimed(outbox, "slack").delivery.incident.version == 2


def test_what_was_being_sent_at_a_crash_is_sent_again_as_a_repeat(outbox):
    outbox.take(delivery(2), NOW)
    sending = claimed(outbox, "pager").delivery
    restarted = Outbox(RECEIVERS, chance=lambda: 1.0)

    restarted.take(delivery(2), NOW + 9)
    restarted.take(sending, NOW + 9)
    restarted.start(0)

    assert claimed(restarted, "pager", NOW + 9).repeat


def test_nothing_is_sent_while_a_partition_is_still_being_read(outbox):
    outbox.take(delivery(2), NOW, partition=1)

    assert outbox.claim("pager", NOW) is None


def test_a_partition_that_went_elsewhere_is_sent_no_more(outbox):
    outbox.take(delivery(2), NOW)
    outbox.release(0)

    assert outbox.claim("pager", NOW) is None


def test_an_intent_repeated_after_it_was_sent_is_not_sent_again(outbox):
    outbox.take(delivery(2), NOW)
    outbox.sent(claimed(outbox, "pager"), {"key": "k"}, NOW)

    outbox.take(delivery(2), NOW + 5)

    assert outbox.claim("pager", NOW + 5) is None


def test_a_settled_delivery_keeps_no_post(outbox):
    outbox.take(delivery(2), NOW)

    record, tombstone = outbox.sent(claimed(outbox, "pager"), {}, NOW)

    assert (tombstone.key, tombstone.delivery) == (delivery(2).id, None)
    assert POST.content not in str(record)


def test_a_post_that_was_taken_down_leaves_what_is_pending(outbox):
    outbox.take(delivery(2), NOW)
    redacted = delivery(3, "slack", "update", change="redacted")
    bare = Incident(
        **{f: getattr(redacted.incident, f) for f in redacted.incident.__struct_fields__}
        | {"evidence": Evidence(), "cited": None}
    )
    outbox.take(Delivery(id="d", incident=bare, receiver="slack", purpose="update", decided_at=NOW), NOW)

    assert POST.content not in str(claimed(outbox, "pager"))


def test_a_post_that_was_taken_down_while_its_page_was_under_way_is_not_in_the_next_attempt(outbox):
    outbox.take(delivery(2), NOW)
    attempt = claimed(outbox, "pager")
    redacted = delivery(3, "slack", "update", change="redacted")
    outbox.take(replace(redacted, incident=replace(redacted.incident, evidence=Evidence(), cited=None)), NOW)

    (record,) = outbox.failed(attempt, RETRY, NOW)

    assert POST.content not in str(record)
    assert POST.content not in str(claimed(outbox, "pager", NOW + 60))


def test_a_repeat_that_was_under_way_when_its_partition_went_elsewhere_stays_one(outbox):
    outbox.take(delivery(2), NOW)
    outbox.failed(claimed(outbox, "pager"), DeliveryError("timed out", outcome="unknown"), NOW)
    repeat = claimed(outbox, "pager", NOW + 60)
    outbox.release(0)

    (record,) = outbox.failed(repeat, RETRY, NOW + 60)

    assert record.delivery is not None
    assert (record.delivery.state, record.delivery.reason) == ("unknown", Reason.NO_RECEIPT)


def test_what_another_worker_has_sent_meanwhile_is_not_taken_back_by_an_attempt_that_failed(outbox):
    outbox.take(delivery(2), NOW)
    attempt = claimed(outbox, "pager")
    outbox.release(0)
    for state in ("sending", "sent"):
        outbox.take(replace(delivery(2), state=state, attempts=2), NOW + 30)
    outbox.start(0)

    assert outbox.failed(attempt, RETRY, NOW + 60) == []
    assert outbox.claim("pager", NOW + 120) is None


def test_a_receiver_that_left_the_configuration_settles_what_was_for_it(outbox):
    outbox.take(delivery(2, "fax"), NOW)

    assert states(outbox.superseded(NOW + REMOVED_S + 1)) == ["failed"]


def test_after_a_day_it_is_given_up(outbox):
    outbox.take(delivery(2), NOW)

    assert outbox.superseded(NOW + GIVE_UP_S - 1) == []
    assert states(outbox.superseded(NOW + GIVE_UP_S + 1)) == ["failed"]


def test_what_is_over_for_long_is_forgotten_with_tombstones(outbox):
    outbox.take(delivery(2), NOW)
    outbox.sent(claimed(outbox, "pager"), {}, NOW)
    outbox.take(delivery(3, purpose="resolved", status="resolved"), NOW)
    outbox.sent(claimed(outbox, "pager"), {}, NOW)

    kept = outbox.forget(NOW + KEEP_S - 1)
    forgotten = outbox.forget(NOW + KEEP_S + 1)

    assert kept == []
    ids = {delivery(2).id, delivery(3, purpose="resolved").id}
    assert {record.key for record in forgotten} == ids | {outcome_key(each) for each in ids}
    assert all(record.delivery is None for record in forgotten)


def test_a_long_incident_keeps_few_settled_deliveries_and_its_first_receipt(outbox):
    for version in range(2, 200):
        outbox.take(delivery(version, "slack", "update"), NOW)
        outbox.sent(claimed(outbox, "slack", NOW + 10 * version), {"ts": str(version)}, NOW)

    dropped = outbox.forget(NOW)
    outbox.take(delivery(300, "slack", "update"), NOW)

    assert len(dropped) == 2 * (198 - 64 - 1)
    assert claimed(outbox, "slack", NOW + 9999).earlier == {"ts": "2"}
