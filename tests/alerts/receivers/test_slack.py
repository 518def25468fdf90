"""Slack: one message an incident, edited, its story in the thread."""

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from alerts.errors import DeliveryError
from alerts.receivers.slack.message import EVENT_TYPE, escape, link, message
from alerts.simulation.services.inbox import Inbox
from tests.alerts.receivers.conftest import Build
from tests.alerts.receivers.outbreak import (
    BEGAN,
    LAPSED,
    LINK,
    NOTIFIED,
    OPENED,
    OVER,
    POSTS,
    REDACTED,
    TAKEN,
    WORSE,
    then,
    told,
)

CHANNEL = "C0000000001"
HELD = (
    "Sam Okafor has it until <!date^1310497442^{date_short_pretty} at {time} your time (19:04 UTC)"
    "|12 July 2011, 19:04 UTC>."
)


async def test_an_incident_is_one_message_with_its_story_in_the_thread(inbox: Inbox, build: Build):
    slack = build("slack")

    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    await slack.send(told(TAKEN, "acknowledged"), earlier=receipt, repeat=False)
    await slack.send(told(OVER, "resolved"), earlier=receipt, repeat=False)

    (shown,) = in_channel(inbox)
    assert receipt == {"channel": CHANNEL, "ts": shown["ts"]}
    assert shown["blocks"][0]["text"]["text"] == "✅ Northside Hospital Trust: crisis (critical)"
    assert [reply["text"] for reply in inbox.slack.thread(CHANNEL, shown["ts"])] == [
        HELD,
        "Over: it rang 4 minutes before the peak, with 88 % of the mentions still to come.",
    ]


async def test_only_what_is_worse_is_broadcast_into_the_channel(inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)

    for incident in (WORSE, TAKEN, LAPSED, OVER):
        await slack.send(told(incident, "update"), earlier=receipt, repeat=False)

    broadcasts = [m["text"] for m in in_channel(inbox) if m.get("subtype") == "thread_broadcast"]
    assert len(broadcasts) == 1
    assert broadcasts[0].startswith(
        "Northside Hospital Trust: It got worse and is critical now: it is now the loudest hour"
    )


async def test_growth_edits_the_message_and_says_nothing_more(inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)

    await slack.send(told(then(NOTIFIED, "grown", 30, seen=950), "update"), earlier=receipt, repeat=False)

    (shown,) = in_channel(inbox)
    assert "950 mentions" in json.dumps(shown["blocks"])
    assert inbox.slack.thread(CHANNEL, shown["ts"]) == []


async def test_a_repeat_of_a_reply_finds_the_one_that_arrived(inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    await slack.send(told(WORSE), earlier=receipt, repeat=False)

    await slack.send(told(WORSE), earlier=receipt, repeat=True)

    assert len(inbox.slack.thread(CHANNEL, receipt["ts"])) == 1


async def test_a_change_that_is_told_again_with_the_step_it_led_to_stands_in_the_thread_once(
    inbox: Inbox, build: Build
):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    lapsed = replace(LAPSED, changes=LAPSED.changes[:-1], version=LAPSED.version - 1)

    await slack.send(told(lapsed, "update"), earlier=receipt, repeat=False)
    await slack.send(told(LAPSED), earlier=receipt, repeat=False)

    assert [reply["text"] for reply in inbox.slack.thread(CHANNEL, receipt["ts"])] == [
        "The acknowledgement has expired and it is not over (Sam Okafor had it). Nobody has it now."
    ]


async def test_a_change_whose_own_delivery_was_superseded_is_told_with_the_step_it_led_to(inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)

    await slack.send(told(LAPSED), earlier=receipt, repeat=False)

    (reply,) = inbox.slack.thread(CHANNEL, receipt["ts"])
    assert reply["text"].startswith("The acknowledgement has expired")


async def test_a_repeat_is_found_behind_many_other_messages(inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    talk = {"type": "message", "text": "talk", "blocks": []}
    inbox.slack.messages[CHANNEL] += [{**talk, "ts": f"4000000000.{i:06d}"} for i in range(450)]

    again = await build("slack").send(told(NOTIFIED), earlier={}, repeat=True)

    assert again == receipt
    assert len(inbox.store.received("slack", "chat.postMessage")) == 1


async def test_a_channel_given_by_id_is_used_as_it_is(inbox: Inbox, build: Build):
    receipt = await build("slack", channel="C0000000002").send(told(NOTIFIED), earlier={}, repeat=True)

    assert receipt["channel"] == "C0000000002"


async def test_a_page_whose_message_was_deleted_is_told_anew_and_an_update_is_not(inbox: Inbox, build: Build):
    slack = build("slack")
    gone = {"channel": CHANNEL, "ts": "1.000001"}

    receipt = await slack.send(told(WORSE), earlier=gone, repeat=False)
    with pytest.raises(DeliveryError, match="message_not_found") as caught:
        await slack.send(told(TAKEN, "acknowledged"), earlier=gone, repeat=False)

    assert caught.value.outcome == "refused"
    assert [m["ts"] for m in in_channel(inbox)] == [receipt["ts"]]


@pytest.mark.parametrize(
    "code", ["edit_window_closed", "cant_update_message", "block_mismatch", "is_inactive", "a_code_of_next_year"]
)
async def test_where_a_message_can_no_longer_be_edited_a_page_is_told_anew_and_the_rest_in_its_thread(
    code: str, inbox: Inbox, build: Build
):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    inbox.slack.locked[receipt["ts"]] = code

    same = await slack.send(told(then(NOTIFIED, "grown", 5), "update"), earlier=receipt, repeat=False)
    anew = await slack.send(told(WORSE), earlier=receipt, repeat=False)
    await slack.send(told(TAKEN, "acknowledged"), earlier=receipt, repeat=False)

    assert same == receipt
    assert (anew["ts"] != receipt["ts"], anew["told_anew"]) == (True, receipt["ts"])
    assert [m["ts"] for m in in_channel(inbox)] == [receipt["ts"], anew["ts"]]
    assert [m["text"] for m in inbox.slack.thread(CHANNEL, receipt["ts"])] == [HELD]


@pytest.mark.parametrize("code", ["restricted_action_thread_locked", "cannot_reply_to_message", "thread_not_found"])
async def test_where_a_thread_takes_no_reply_a_page_is_told_anew_and_once(code: str, inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    inbox.slack.closed[receipt["ts"]] = code

    anew = await slack.send(told(WORSE), earlier=receipt, repeat=False)
    again = await slack.send(told(WORSE), earlier=receipt, repeat=True)

    assert (anew["told_anew"], again) == (receipt["ts"], anew)
    assert [m["ts"] for m in in_channel(inbox)] == [receipt["ts"], anew["ts"]]


@pytest.mark.parametrize("code", ["edit_window_closed", "message_not_found", "a_code_of_next_year"])
async def test_a_page_that_is_told_anew_is_told_once_however_often_it_is_tried(code: str, inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    inbox.slack.locked[receipt["ts"]] = code
    anew = await slack.send(told(WORSE), earlier=receipt, repeat=False)

    again = [await slack.send(told(WORSE), earlier=receipt, repeat=True) for _ in range(3)]

    assert again == [anew] * 3
    assert len(in_channel(inbox)) == 2


async def test_what_stands_against_every_message_is_refused_and_named(inbox: Inbox, build: Build):
    slack = build("slack")
    receipt = await slack.send(told(NOTIFIED), earlier={}, repeat=False)
    inbox.slack.locked[receipt["ts"]] = "is_archived"

    with pytest.raises(DeliveryError, match=r"chat\.update: is_archived .*name another one"):
        await slack.send(told(then(NOTIFIED, "grown", 5), "update"), earlier=receipt, repeat=False)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"channel": "#nowhere"}, "channel_not_found.*was invited"),
        ({"token": "xoxb-wrong"}, "invalid_auth.*slack.token"),
    ],
)
async def test_a_wrong_setting_is_refused_with_what_to_do(own: dict[str, str], said: str, build: Build):
    with pytest.raises(DeliveryError, match=said) as caught:
        await build("slack", **own).send(told(NOTIFIED), earlier={}, repeat=False)

    assert caught.value.outcome == "refused"


async def test_the_message_carries_the_delivery_and_unfurls_nothing(inbox: Inbox, build: Build):
    page = told(NOTIFIED)

    await build("slack").send(page, earlier={}, repeat=False)

    (shown,) = in_channel(inbox)
    payload = {"delivery": page.id, "incident": NOTIFIED.id, "change": f"opened@{BEGAN + 62.0}"}
    assert shown["metadata"] == {"event_type": EVENT_TYPE, "event_payload": payload}


def test_the_message_says_what_how_much_why_and_who_has_it():
    text = plain(message(told(NOTIFIED)))

    assert "412 mentions in the minute from 15:02 UTC where about 11 are ordinary." in text
    assert "83 % negative (usually 22 %)." in text
    assert "Since 12 July 2011, 14:58 UTC; 1,230 mentions in all." in text
    assert "“ward closed” (41 %)" in text
    assert "12,300 followers · negativity 0.97 · mastodon, 14:59 UTC" in text
    assert "Nobody has it yet." in text
    assert "a column is 1 minute" in text


def test_the_message_says_how_much_of_it_could_not_be_scored():
    incident = replace(NOTIFIED, evidence=replace(NOTIFIED.evidence, unscored_share=0.4))

    assert "(usually 22 %) (40 % could not be scored)." in plain(message(told(incident)))
    assert "could not be scored" not in plain(message(told(NOTIFIED)))


def test_where_nothing_could_be_scored_the_message_names_no_share():
    incident = replace(NOTIFIED, negative_share=0.0, evidence=replace(NOTIFIED.evidence, unscored_share=1.0))

    text = plain(message(told(incident)))

    assert "none of which could be scored" in text
    assert "0 % negative" not in text


def test_the_notification_names_brand_what_how_bad_and_since_when():
    text = message(told(NOTIFIED))["text"]

    assert text.startswith(
        "Northside Hospital Trust: crisis (serious), since 12 July 2011, 14:58 UTC. 412 mentions in the last minute"
    )


def test_at_most_three_posts_are_quoted():
    quoted = [b for b in message(told(NOTIFIED))["blocks"] if b["type"] == "rich_text"]

    assert len(quoted) == 3


def test_a_post_that_was_taken_down_is_shown_nowhere():
    assert "closed the *only*" in plain(message(told(TAKEN)))

    redacted = plain(message(told(REDACTED, "update")))

    assert "closed the *only*" not in redacted
    assert "Ann" not in redacted


def test_a_post_that_is_marked_as_taken_down_is_not_shown_even_where_the_evidence_has_it():
    marked = then(TAKEN, "redacted", 400, note=POSTS[1].id)

    assert "corridor" not in plain(message(told(marked, "update")))


def test_foreign_text_can_neither_call_people_nor_link_nor_format():
    nasty = "<!channel> <https://evil.example|log in> *x* `y`"
    incident = replace(NOTIFIED, brand_name=nasty, reason=nasty, severity_reason=nasty)

    shown = [b for b in message(told(incident))["blocks"] if b["type"] in {"section", "context"}]

    texts = [e["text"] for b in shown for e in [b.get("text"), *b.get("elements", ())] if e and e["type"] == "mrkdwn"]
    assert not any("<!channel" in text or "<https://evil" in text for text in texts)
    assert any("&lt;!channel&gt;" in text and "∗x∗" in text for text in texts)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "https://a" + "b" * 3000])
def test_only_addresses_of_the_web_become_links(url: str):
    assert link(url, "read") == "read"


def test_an_address_cannot_end_its_link():
    assert link("https://a.example/>|x<!channel>", "a") == "<https://a.example/%3E%7Cx%3C!channel%3E|a>"


@pytest.mark.parametrize(
    ("incident", "labels"),
    [
        (NOTIFIED, ["Acknowledge", "Silence 1 h", "Not a crisis", "Open"]),
        (TAKEN, ["Silence 1 h", "Not a crisis", "Open"]),
        (then(NOTIFIED, "silenced", 9, silenced_until=BEGAN + 3600.0), ["Acknowledge", "Not a crisis", "Open"]),
        (OVER, ["Not a crisis", "Open"]),
        (replace(OVER, false_alarm=True), ["It was a crisis after all", "Open"]),
    ],
)
def test_only_buttons_that_would_do_something_are_offered(incident: Any, labels: list[str]):
    (actions,) = [b for b in message(told(incident, "update"))["blocks"] if b["type"] == "actions"]

    assert [button["text"]["text"] for button in actions["elements"]] == labels
    assert actions["elements"][-1]["url"] == LINK
    assert all(json.loads(b["value"]) == {"brand": "northside", "incident": OPENED.id} for b in actions["elements"])


def test_escaping_leaves_nothing_that_slack_reads_as_markup():
    assert escape("a<b>&*~`c") == "a&lt;b&gt;&amp;∗∼‘c"


def in_channel(inbox: Inbox) -> list[dict[str, Any]]:
    hidden = ("thread_ts",)
    messages = inbox.slack.messages[CHANNEL]
    return [m for m in messages if not any(h in m for h in hidden) or m.get("subtype") == "thread_broadcast"]


def plain(shown: dict[str, Any]) -> str:
    """Return a message as a client shows it that knows no zone of its reader."""
    return re.sub(r"<!date\^\d+\^[^|]+\|([^>]+)>", r"\1", json.dumps(shown, ensure_ascii=False))
