"""Marking posts on the page: beside each post, with a name, to be undone."""

import re

from msgspec.structs import replace

from detectors.post import Post
from streams.ingest.post_key import post_key
from tests.alerts.web import samples

KEY = post_key("p2")


async def test_a_person_says_of_a_post_that_it_is_not_negative(person, stage, incident):
    await person.opens()

    response, page = await person.presses(f"mark_not_negative.{KEY}")

    assert response.status == 200
    assert stage.get(incident.id).marked == {"p2": False}
    (command,) = stage.commands
    assert (command.type, command.post, command.by) == ("mark_not_negative", "p2", "Ada L.")
    assert "Ada L. says that a post is not negative" in page
    assert "Marked as not negative." in page
    assert "1 mark is in effect." in page


async def test_a_post_says_what_it_was_counted_as(person, stage, incident):
    posts = (samples.POSTS[0], replace(samples.POSTS[1], negativity=0.1))
    stage.put(replace(incident, evidence=replace(incident.evidence, posts=posts)))

    _, page = await person.opens()

    assert re.findall(r"Counted as ([a-z ]+)", page) == ["negative", "not negative"]


async def test_a_mark_can_be_undone(person, stage, incident):
    await person.opens()
    await person.presses(f"mark_negative.{KEY}")

    _, page = await person.presses(f"revoke_mark.{KEY}")

    assert stage.get(incident.id).marked == {}
    assert "Marked as" not in page
    assert "takes back a mark on a post" in page


async def test_who_marks_several_posts_types_the_name_once(person, incident):
    await person.opens()

    _, page = await person.presses(f"mark_negative.{KEY}")

    assert re.search(r'id="mark-name"[^>]*value="Ada L."', page)


async def test_without_a_name_the_field_by_the_posts_is_pointed_at(person, stage):
    await person.opens()

    response, page = await person.presses(f"mark_negative.{KEY}", name="")

    assert (response.status, stage.commands) == (422, [])
    assert 'aria-describedby="mark-name-wrong"' in page
    assert 'aria-describedby="name-wrong"' not in page
    assert "<details open" not in page


async def test_a_post_that_is_not_there_is_not_marked(person, stage, incident):
    await person.opens()

    _, page = await person.presses("mark_negative.0000000000000000")

    assert stage.get(incident.id).marked == {}
    assert "marked a post that is no longer shown" in page


async def test_a_mark_on_a_post_that_is_shown_no_longer_can_be_undone(person, stage, incident):
    await person.opens()
    await person.presses(f"mark_negative.{KEY}")
    now = stage.get(incident.id)
    stage.put(replace(now, evidence=replace(now.evidence, posts=samples.POSTS[:1])))

    _, page = await person.opens()

    assert "A post that is no longer shown here." in page
    assert f'value="revoke_mark.{KEY}"' in page


async def test_a_post_that_is_not_scored_has_no_buttons(person, stage, incident):
    post = Post(id="x", published=samples.BEGAN, content="sanoja", language="fi")
    stage.put(replace(incident, evidence=replace(incident.evidence, posts=(post,))))

    _, page = await person.opens()

    assert "sanoja" in page
    assert f"mark_negative.{post_key('x')}" not in page


async def test_enter_in_the_names_field_marks_nothing(person):
    _, page = await person.opens()

    buttons = re.findall(r'<button form="marks"[^>]*>', page)
    assert "disabled" in buttons[0]
    assert len(buttons) == 1 + 2 * len(samples.POSTS)
