"""Pressing a button: what it needs, what it sends, and what the person then reads."""

import asyncio
import re

import pytest
from msgspec.structs import replace

from alerts.health import metrics
from alerts.incidents.commands import SLIP_S
from streams.ingest.post_key import post_key
from tests.alerts.web import samples
from tests.alerts.web.conftest import Person


def without_nonce(page: str) -> str:
    return re.sub(r'name="nonce" value="[^"]+"', "", page)


def refused(reason: str) -> float:
    return float(metrics.LINKS_REFUSED.labels(reason)._value.get())


async def test_a_person_takes_an_incident(person, stage, incident):
    await person.opens()

    response, page = await person.presses(name="Ada L.")

    assert response.status == 200
    assert "You have it, Ada L." in page
    assert stage.get(incident.id).acknowledged_by == "Ada L."


async def test_a_press_leads_back_to_the_page_so_that_a_reload_sends_nothing_again(person, client, stage):
    await person.opens()
    form = {"nonce": person.form_token, "action": "acknowledge", "name": "Ada L."}
    headers = {"Cookie": f"tocsin={person.cookies['tocsin']}"}

    response = await client.post(person.path, data=form, headers=headers, allow_redirects=False)

    assert response.status == 303
    assert re.fullmatch(r"\?answer=c-[0-9a-f]{24}&at=\d+#answer", response.headers["Location"])
    assert person.path.rpartition("/")[2] not in response.headers["Location"]


@pytest.mark.parametrize(
    ("form", "in_view"),
    [
        ({"name": ""}, "name"),
        ({"action": "false_alarm"}, "note"),
        ({"action": "revoke_links"}, "confirm-revoke_links"),
        ({"action": "no_such_button"}, "answer"),
        ({"nonce": "old"}, "answer"),
        ({}, "answer"),
        ({"action": "silence_1h"}, "answer"),
    ],
)
async def test_whatever_is_answered_a_reload_shows_the_same_and_sends_nothing(person, stage, form, in_view):
    await person.opens()
    _, page = await person.presses(**form)
    sent = len(stage.commands)

    _, again = await person.reloads()

    assert person.in_view == in_view
    assert f'id="{in_view}"' in page
    assert len(stage.commands) == sent
    assert without_nonce(again) == without_nonce(page)


async def test_an_answer_is_no_news_a_quarter_of_an_hour_later(person, clock):
    await person.opens()
    await person.presses(name="Ada L.")
    clock.now += 1000

    _, page = await person.reloads()

    assert "You have it, Ada L." not in page
    assert "Ada L. has it" in page


async def test_a_press_that_never_comes_through_is_not_on_its_way_for_ever(person, stage, clock):
    stage.deaf = True
    await person.opens()
    await person.presses()
    clock.now += 61

    _, page = await person.reloads()

    assert "On its way" not in page
    assert "There is no trace of your press in the story below" in page


async def test_a_form_that_was_sent_before_says_that_another_button_did_nothing(person, stage, incident):
    await person.opens()
    form_token = person.form_token
    await person.presses(name="Ada L.")

    response, page = await person.presses("resolve", name="Ada L.", nonce=form_token)

    assert response.status == 409
    assert "this press did nothing" in page
    assert stage.get(incident.id).status == "acknowledged"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("acknowledge", "Ada L. was first."),
        ("mark_not_negative", "Done. Grace H. says that a post is not negative."),
        ("silence_1h", "Done. Grace H. silenced it until"),
        ("resolve", "Done. Grace H. closed it."),
        ("unsilence", "Nothing was changed: Grace H. ended a silence that there was not."),
    ],
)
async def test_everybody_is_answered_what_they_asked_for_while_somebody_else_has_it(
    person, colleague, stage, action, said
):
    await person.opens()
    await person.presses(name="Ada L.")
    await colleague.opens()
    pressed = f"{action}.{post_key('p2')}" if action.startswith("mark") else action

    _, page = await colleague.presses(pressed, name="Grace H.")

    (told,) = re.findall(r'id="answer"[^>]*><p>(.*?)</p>', page)
    assert told.startswith(said)
    assert ("was first" in told) == (action == "acknowledge")


async def test_whoever_has_it_already_keeps_it(person):
    await person.opens()
    await person.presses(name="Ada L.")

    _, page = await person.presses(name="Ada L.")

    assert "You have it, Ada L." in page
    assert "was first" not in page


async def test_a_slip_on_a_phone_is_taken_back_by_one_more_press(person, stage, incident):
    await person.opens()
    _, page = await person.presses("resolve", name="Ada L.")
    assert "It is not over" in page
    assert 'value="Ada L."' in page

    response, page = await person.presses("revoke_resolve", name="Ada L.")

    (told,) = re.findall(r'id="answer"[^>]*><p>(.*?)</p>', page)
    assert (response.status, person.in_view) == (200, "answer")
    assert told == ("Done. Ada L. says that it is not over. It is open again, and everyone notified will see that.")
    assert stage.get(incident.id).status == "open"
    assert "It is not over" not in page.partition('id="story"')[0].partition("What happened")[0]


async def test_a_slip_that_is_taken_back_leaves_it_with_whoever_had_it(person, colleague, stage, incident):
    await colleague.opens()
    await colleague.presses(name="Grace H.")
    await person.opens()
    await person.presses("resolve", name="Ada L.")

    _, page = await person.presses("revoke_resolve", name="Ada L.")

    assert "Grace H. has it, as before" in page
    assert stage.get(incident.id).acknowledged_by == "Grace H."


async def test_a_reload_after_a_slip_was_taken_back_sends_nothing_and_a_repeat_opens_nothing(person, stage, incident):
    await person.opens()
    await person.presses("resolve")
    form_token = person.form_token
    await person.presses("revoke_resolve")
    await person.reloads()
    await person.presses("revoke_resolve", nonce=form_token)

    changes = [change.type for change in stage.get(incident.id).changes]
    assert changes.count("reopened") == 1


async def test_a_quarter_of_an_hour_later_what_is_over_stays_over(person, stage, incident, clock):
    await person.opens()
    await person.presses("resolve")
    clock.now += SLIP_S + 1
    _, page = await person.opens()
    assert "It is not over" not in page

    _, page = await person.presses("revoke_resolve")

    assert "Nothing was changed: Ada L. took back that it is over, but nobody had said so lately." in page
    assert stage.get(incident.id).status == "resolved"


async def test_a_slip_that_is_taken_back_after_the_talk_has_died_down_stays_closed(person, stage, incident):
    await person.opens()
    await person.presses("resolve")
    stage.take(samples.verdict(phase="calm", at=samples.verdict().at + 60, id="calm"))

    _, page = await person.presses("revoke_resolve")

    assert "the talk has died down by itself" in page
    assert stage.get(incident.id).status == "resolved"


async def test_what_was_over_is_not_open_again_because_it_was_a_crisis(person, stage, incident):
    await person.opens()
    await person.presses("resolve")
    await person.presses("false_alarm", note="a film of that name")
    _, page = await person.opens()
    assert "It was a crisis after all" in page

    _, page = await person.presses("revoke_false_alarm")

    assert stage.get(incident.id).status == "resolved"
    assert "Done. Ada L. took back “not a crisis”. It stays closed: it was over." in page


async def test_what_only_the_mark_had_closed_is_open_again(person, stage, incident):
    await person.opens()
    await person.presses("false_alarm", note="a film of that name")
    _, page = await person.opens()
    assert "It is a crisis after all" in page

    _, page = await person.presses("revoke_false_alarm")

    assert stage.get(incident.id).status == "open"
    assert "It is open again" in page


async def test_closing_what_is_marked_as_no_crisis_is_not_answered_by_its_opposite(person, stage):
    await person.opens()
    await person.presses("false_alarm", note="a film of that name")

    _, page = await person.presses("resolve")

    assert "Nothing was changed: Ada L. closed it, but it was over already." in page


async def test_what_was_typed_stays_until_it_is_sent(person, stage):
    await person.opens()

    _, page = await person.presses("false_alarm", name="Ada L.", note="no")

    assert 'value="Ada L."' in page
    assert ">no</textarea>" in page
    _, page = await person.presses("false_alarm", name="Ada L.", note="a film")
    assert 'value="Ada L."' not in page
    assert "tocsin-typed" not in person.cookies


async def test_what_was_typed_on_one_page_is_not_shown_on_another(person, colleague):
    await person.opens()
    await person.presses("false_alarm", name="Ada L.", note="no")
    await colleague.opens()
    colleague.cookies |= {"tocsin-typed": person.cookies["tocsin-typed"]}

    _, page = await colleague.presses(name="")

    assert "Ada L." not in page


@pytest.mark.parametrize("cookie", ["", "%%%", "bm8=", "eyJsaW5rIjoxfQ==", "A" * 6000])
async def test_a_cookie_that_is_none_of_ours_does_no_harm(person, cookie):
    await person.opens()
    person.cookies["tocsin-typed"] = cookie
    person.shows = "?answer=note"

    response, _ = await person.reloads()

    assert response.status == 422


@pytest.mark.parametrize("answer", ["", "c-", "c-<script>", "note&at=x", "c-1&at=" + "9" * 400, "x" * 5000])
async def test_an_address_that_says_anything_does_no_harm(person, answer):
    person.shows = f"?answer={answer}"

    response, page = await person.reloads()

    assert response.status in {200, 422}
    assert page.count("<script") == 1


async def test_the_trail_says_who_when_and_from_which_link(person, stage, incident, signer, clock):
    await person.opens()

    await person.presses(name="Ada L.")

    change = stage.get(incident.id).change
    identity = signer.read(person.path.rpartition("/")[2]).identity
    assert (change.type, change.by, change.at, change.via, change.link) == (
        "acknowledged", "Ada L.", clock(), "link", identity,
    )  # fmt: skip
    assert f"by link {identity}" in (await person.opens())[1]


async def test_opening_a_page_changes_nothing(person, stage, incident):
    before = stage.get(incident.id)

    await person.opens("GET")
    await person.opens("HEAD")

    assert stage.commands == []
    assert stage.get(incident.id) == before


async def test_the_first_acknowledgement_wins_and_later_ones_see_who_has_it(person, colleague, stage, incident):
    await person.opens()
    await colleague.opens()
    await person.presses(name="Ada L.")

    _, page = await colleague.presses(name="Grace H.")

    assert stage.get(incident.id).acknowledged_by == "Ada L."
    assert "Ada L. was first." in page
    assert "Grace H. wanted to take it too" in page.replace(":", "")


async def test_a_name_has_to_be_typed(person, stage):
    await person.opens()

    for name in ("", " ", "7", "x", "\u202e\u200b"):
        response, page = await person.presses(name=name)
        assert response.status == 422
        assert 'aria-invalid="true"' in page
    assert stage.commands == []


async def test_a_press_without_the_cookie_is_refused(person, stage):
    await person.opens()
    person.cookies.clear()
    before = refused("no_cookie")

    response, page = await person.presses()

    assert (response.status, stage.commands) == (403, [])
    assert "sent no cookie" in page
    assert refused("no_cookie") == before + 1


async def test_a_press_without_a_nonce_is_refused(person, stage):
    await person.opens()
    person.form_token = ""

    response, _ = await person.presses()

    assert (response.status, stage.commands) == (403, [])


async def test_a_nonce_of_another_browser_is_refused(person, stage):
    await person.opens()
    form_token = person.form_token
    person.cookies.clear()
    await person.opens()
    person.form_token = form_token

    response, page = await person.presses()

    assert (response.status, stage.commands) == (403, [])
    assert "press once more" in page


async def test_a_nonce_of_another_link_is_refused(person, colleague, stage):
    await person.opens()
    colleague.cookies.update(person.cookies)
    colleague.form_token = person.form_token
    before = refused("other_link")

    response, _ = await colleague.presses()

    assert (response.status, stage.commands) == (403, [])
    assert refused("other_link") == before + 1


async def test_a_links_own_token_is_no_nonce(person, stage):
    await person.opens()
    person.form_token = person.path.rpartition("/")[2]

    response, _ = await person.presses()

    assert (response.status, stage.commands) == (403, [])


async def test_an_old_nonce_asks_for_one_more_press_and_keeps_the_name(person, stage, clock, incident):
    await person.opens()
    clock.now += 13 * 3600

    response, page = await person.presses(name="Ada L.")

    assert (response.status, stage.commands) == (403, [])
    assert 'value="Ada L."' in page
    response, _ = await person.presses(name="Ada L.")
    assert response.status == 200
    assert stage.get(incident.id).acknowledged_by == "Ada L."


async def test_a_replayed_form_does_nothing_twice(person, stage):
    await person.opens()
    form_token = person.form_token
    await person.presses(name="Ada L.")
    person.form_token = form_token
    before = refused("replayed")

    response, page = await person.presses(name="Mallory")

    assert response.status == 409
    assert len(stage.commands) == 1
    assert "Mallory" not in page
    assert refused("replayed") == before + 1


async def test_a_replay_at_another_process_carries_the_same_command(person, stage, parts, incident):
    await person.opens()
    form_token = person.form_token
    await person.presses(name="Ada L.")
    parts.form_tokens._spent.clear()
    person.form_token = form_token

    await person.presses(name="Ada L.")

    assert len({command.id for command in stage.commands}) == 1
    assert (
        len([change for change in stage.get(stage.commands[0].incident).changes if change.type == "acknowledged"]) == 1
    )


async def test_a_double_tap_tells_both_answers_who_has_it(person, stage):
    await person.opens()
    form_token = person.form_token

    answers = await asyncio.gather(person.presses(name="Ada L."), person.presses(name="Ada L.", nonce=form_token))

    assert sorted(response.status for response, _ in answers) == [200, 200]
    assert all("Ada L. has it" in page for _, page in answers)
    assert len(stage.commands) == 1


async def test_a_press_that_is_not_confirmed_in_time_is_on_its_way(person, stage):
    stage.deaf = True
    await person.opens()

    response, page = await person.presses()

    assert response.status == 202
    assert "On its way" in page
    assert "Nobody has it yet" in page


async def test_a_press_that_cannot_be_sent_says_so_and_can_be_repeated(person, stage, incident):
    stage.down = True
    await person.opens()

    response, page = await person.presses()

    assert response.status == 503
    assert "could not pass this on" in page
    stage.down = False
    response, _ = await person.presses()
    assert response.status == 200
    assert stage.get(incident.id).acknowledged_by == "Ada L."


@pytest.mark.parametrize(
    ("action", "kind", "hours"),
    [("silence_1h", "silence", 1), ("silence_4h", "silence", 4), ("resolve", "resolve", None)],
)
async def test_the_other_buttons_send_their_command(person, stage, clock, action, kind, hours):
    await person.opens()

    response, page = await person.presses(action, note="The minister speaks at six")

    (command,) = stage.commands
    assert (response.status, command.type, command.note) == (200, kind, "The minister speaks at six")
    assert command.until == (None if hours is None else clock() + hours * 3600)
    assert "Done." in page


async def test_an_incident_can_be_handed_back(person, stage, incident):
    await person.opens()
    await person.presses()

    await person.presses("unacknowledge")

    assert stage.get(incident.id).status == "open"


async def test_no_crisis_needs_a_reason_and_can_be_taken_back(person, stage, incident):
    await person.opens()

    response, page = await person.presses("false_alarm")
    assert response.status == 422
    assert 'id="note-wrong"' in page
    await person.presses("false_alarm", note="A film of the same name")
    assert stage.get(incident.id).false_alarm
    await person.presses("revoke_false_alarm")

    assert not stage.get(incident.id).false_alarm


async def test_an_unknown_button_does_nothing(person, stage):
    await person.opens()

    response, _ = await person.presses("drop_tables")

    assert (response.status, stage.commands) == (422, [])


async def test_a_link_that_is_pressed_too_often_is_refused_for_a_while(person, stage):
    await person.opens()
    answers = [await person.presses(name="") for _ in range(20)]

    assert answers[-1][0].status == 429
    assert answers[-1][0].headers["Retry-After"] == "60"
    assert stage.commands == []


async def test_a_form_larger_than_ours_is_refused(person, stage):
    await person.opens()

    response, _ = await person.presses(note="x" * 20_000)

    assert (response.status, stage.commands) == (413, [])


async def test_a_form_with_more_fields_than_ours_is_refused(person, stage):
    await person.opens()

    response, _ = await person.presses(**{f"field{i}": "x" for i in range(50)})

    assert (response.status, stage.commands) == (413, [])


async def test_a_form_that_is_no_text_is_refused(person, client, stage):
    await person.opens()

    response = await client.post(person.path, data=b"\xff\xfe=%ff&&&=\x00", headers={"Cookie": "tocsin=x"})

    assert (response.status, stage.commands) == (403, [])


async def test_links_are_withdrawn_only_once_the_box_is_ticked(person, stage):
    await person.opens()

    response, page = await person.presses("revoke_links")

    assert (response.status, stage.commands) == (422, [])
    assert 'id="confirmed-wrong"' in page
    assert "Tick the box first" in page


async def test_whoever_withdraws_the_links_ends_all_of_them_and_their_own(person, colleague, stage, incident, signer):
    await colleague.opens()
    await person.opens()

    response, page = await person.presses("revoke_links", confirmed="revoke_links", note="a lost phone")

    assert (response.status, stage.get(incident.id).status) == (200, "open")
    assert "All links are withdrawn" in page
    assert [(await each.opens())[0].status for each in (person, colleague)] == [410, 410]
    assert (await colleague.presses())[0].status == 410
    fresh = Person(person.client, signer.link(incident.id, incident.brand, "slack-crisis", 2))
    _, page = await fresh.opens()
    assert "Ada L. withdrew all links sent before (a lost phone)" in page


async def test_the_old_links_page_says_what_happened_and_what_to_do(person):
    await person.opens()
    await person.presses("revoke_links", confirmed="revoke_links")

    _, page = await person.opens()

    assert "Somebody withdrew every link to this incident" in page
    assert "open it from the newest message" in page


async def test_a_withdrawn_link_does_nothing(person, stage, incident):
    await person.opens()
    stage.put(replace(incident, link_version=2))

    response, _ = await person.presses()

    assert (response.status, stage.commands) == (410, [])
