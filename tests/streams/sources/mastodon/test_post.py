"""A post of Mastodon as a mention."""

import json
from typing import Any

import pytest
from msgspec import json as msgspec_json

from alerts.simulation.services.mastodon_posts import account_object, stamp, status_object
from streams.errors import BadMentionError
from streams.mention import Mention, decode_mention, encode_mention
from streams.sources.mastodon.consent import left_out
from streams.sources.mastodon.post import mention_of
from streams.sources.mastodon.status import Status, decode_status

NOW_S = 1_795_946_400.0


def status(*, account: dict[str, Any] | None = None, **more) -> Status:
    author = account_object("ann", "other.example", is_local=False, **(account or {}))
    told = status_object(7, author, "Hello", 7) | {"created_at": stamp(NOW_S - 60), "account": author} | more
    return decode_status(msgspec_json.encode(told))


def mention(**more) -> Mention:
    known = {"5": "https://third.example/5"}
    return mention_of(status(**more), now_s=NOW_S, uri_of=lambda local_id: known.get(local_id, ""))


def test_a_post_is_known_by_the_address_that_is_the_same_on_every_server():
    told = mention(favourites_count=3, replies_count=2, reblogs_count=1, language="en", tags=[{"name": "ward"}])

    assert told.id == "https://other.example/users/ann/statuses/7"
    assert (told.url, told.source, told.language) == ("https://other.example/@ann/7", "mastodon", "en")
    assert told.author is not None
    assert (told.author.id, told.author.name, told.author.url, told.author.followers) == (
        "https://other.example/users/ann", "Ann", "https://other.example/@ann", 5,
    )  # fmt: skip
    assert (told.likes, told.replies, told.reposts, told.tags) == (3, 2, 1, ("ward",))
    assert told.published_s == NOW_S - 60
    assert decode_mention(encode_mention(told)) == told


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two</p><p>three &amp; four</p>", "One\ntwo\n\nthree & four"),
        (
            '<p><a href="x"><span class="invisible">https://</span>a.example/l<span class="invisible">ong</span></p>',
            "https://a.example/long",
        ),
        ('<p>Go <a href="https://x/tags/ward" rel="tag">#<span>ward</span></a></p>', "Go #ward"),
        ('<p><span class="h-card"><a href="https://x/@bob">@<span>bob</span></a></span> no</p>', "@bob no"),
        ("<p>Twice</p><ul><li>one</li><li>two</li></ul>", "Twice\n\none\ntwo"),
        ("", ""),
        (None, ""),
    ],
)
def test_html_is_read_as_people_see_it(html, text):
    assert mention(content=html).content == text


POLL = {"options": [{"title": "Yes"}, {"title": "No"}]}


def test_a_warning_stands_before_the_text_and_the_options_of_a_poll_behind_it():
    told = mention(spoiler_text="ward, closed", content="<p>Well?</p>", poll=POLL)

    assert told.content == "ward, closed\n\nWell?\n\nYes\nNo"


QUOTED = {"state": "accepted", "quoted_status": {"uri": "https://third.example/9"}}


@pytest.mark.parametrize(
    ("quote", "quote_of"),
    [
        (QUOTED, "https://third.example/9"),
        (QUOTED | {"state": "pending"}, ""),
        (QUOTED | {"state": "revoked", "quoted_status": None}, ""),
        ({"state": "accepted", "quoted_status": None, "quoted_status_id": "5"}, "https://third.example/5"),
        ({"state": "accepted", "quoted_status_id": "6"}, ""),
        ({"uri": "https://fork.example/3", "id": "3"}, "https://fork.example/3"),
        (None, ""),
    ],
)
def test_a_quote_is_told_where_its_author_has_let_it_be(quote, quote_of):
    assert mention(quote=quote).quote_of == quote_of


def test_what_stands_in_a_quote_for_other_software_is_not_said():
    html = '<p class="quote-inline">RE: <a href="https://third.example/9">third.example/9</a></p><p>Shame.</p>'

    assert mention(quote=QUOTED, content=html).content == "Shame."
    assert mention(content=html).content == "RE: third.example/9\n\nShame."


def test_a_post_from_the_future_was_written_now_and_one_a_little_ahead_is_believed():
    assert mention(created_at=stamp(NOW_S + 86_400)).published_s == NOW_S
    assert mention(created_at=stamp(NOW_S + 60)).published_s == NOW_S + 60


def test_an_answer_names_the_post_where_that_is_known():
    assert mention(in_reply_to_id="5").in_reply_to == "https://third.example/5"
    assert mention(in_reply_to_id="6").in_reply_to == ""


def test_hidden_counts_and_missing_names_are_none():
    told = mention(account={"followers_count": -1, "display_name": "", "uri": None}, url=None, tags=None)

    assert told.author is not None
    assert (told.author.followers, told.author.name, told.author.id) == (
        0, "ann@other.example", "https://other.example/@ann",
    )  # fmt: skip
    assert told.url == told.id


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"uri": ""}, "schema"),
        ({"created_at": "yesterday"}, "schema"),
        ({"created_at": "2026-11-30T00:00:00"}, "schema"),
        ({"account": None}, "schema"),
        ({"id": 7}, "schema"),
    ],
)
def test_what_is_no_post_is_refused(change, reason):
    author = account_object("ann", "other.example", is_local=False)
    told = status_object(7, author, "Hello", 7) | {"created_at": stamp(NOW_S), "account": author} | change

    with pytest.raises(BadMentionError) as caught:
        decode_status(json.dumps(told).encode())
    assert caught.value.reason == reason


@pytest.mark.parametrize(("data", "reason"), [(b"{", "json"), (b'{"id": "\xff"}', "utf8"), (b"[" * 100_000, "schema")])
def test_what_is_no_json_is_refused(data, reason):
    with pytest.raises(BadMentionError) as caught:
        decode_status(data)
    assert caught.value.reason == reason


def test_an_address_longer_than_an_id_is_refused():
    with pytest.raises(BadMentionError, match="uri: 600 characters"):
        mention(uri="x" * 600)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, ""),
        ({"account": {"indexable": None}}, ""),
        ({"account": {"indexable": False}}, "not_indexable"),
        ({"account": {"noindex": True}}, "noindex"),
        ({"account": {"suspended": True}}, "suspended"),
        ({"account": {"limited": True}}, "limited"),
        ({"account": {"note": '<p>Hi <a href="x">#<span>nobot</span></a></p>'}}, "nobot"),
        ({"account": {"note": "#NoBots please"}}, "nobot"),
        ({"account": {"fields": [{"name": "rules", "value": "#nobot"}]}}, "nobot"),
        ({"account": {"note": "I build #nobotany"}}, ""),
        ({"visibility": "unlisted"}, "not_public"),
        ({"visibility": "private", "account": {"indexable": False}}, "not_public"),
        ({"reblog": {"uri": "https://third.example/9"}}, "boost"),
    ],
)
def test_posts_are_left_out_as_their_authors_ask(more, reason):
    assert left_out(status(**more), respect_indexable=True) == reason


def test_an_author_who_has_not_agreed_to_search_is_heard_where_the_configuration_says_so():
    assert left_out(status(account={"indexable": False}), respect_indexable=False) == ""
    assert left_out(status(account={"indexable": False, "noindex": True}), respect_indexable=False) == "noindex"
