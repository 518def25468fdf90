"""A post of Hacker News as a mention."""

from typing import Any

import msgspec
import pytest

from streams.mention import Author
from streams.sources.hacker_news.item import Item, decode_item, mention_of, take_down_of


def item(**said: Any) -> Item:
    found = decode_item(msgspec.json.encode({"id": 7, "type": "comment", "by": "pg", "time": 1_795_946_400, **said}))
    assert found is not None
    return found


def test_a_comment_is_text_with_whole_links():
    text = (
        "It&#x27;s <i>down</i>.<p>See "
        '<a href="https:&#x2F;&#x2F;acme.example&#x2F;status&#x2F;long" rel="nofollow">'
        "https:&#x2F;&#x2F;acme.exa...</a><p><pre><code>  curl\n</code></pre>"
    )  # fmt: skip

    said = mention_of(item(text=text, parent=3))

    assert said.content == "It's down.\n\nSee https://acme.example/status/long\n\ncurl"
    assert said.in_reply_to == "https://news.ycombinator.com/item?id=3"
    assert said.id == said.url == "https://news.ycombinator.com/item?id=7"
    assert said.published_s == 1_795_946_400
    assert said.source == "hacker_news"
    assert said.author == Author(
        id="https://news.ycombinator.com/user?id=pg", name="pg", url="https://news.ycombinator.com/user?id=pg"
    )


def test_a_story_has_title_and_link():
    said = mention_of(item(type="story", title="Acme &amp; us", url="https://acme.example/a", score=9, descendants=4))

    assert (said.name, said.content, said.likes, said.replies) == ("Acme & us", "https://acme.example/a", 9, 4)


def test_what_is_deleted_is_taken_down_at_its_own_time():
    deleted = decode_item(b'{"deleted": true, "id": 7, "parent": 3, "time": 1795946400, "type": "comment"}')
    assert deleted is not None

    said = take_down_of(deleted, 2e9)

    assert (said.id, said.deleted, said.content, said.published_s) == (
        "https://news.ycombinator.com/item?id=7", True, "", 1_795_946_400,
    )  # fmt: skip


def test_unknown_fields_do_no_harm_and_null_is_no_post():
    assert item(kids=[8, 9], karma=3).id == 7
    assert decode_item(b"null") is None


@pytest.mark.parametrize("data", [b"", b"<html>", b'{"id": "x"}', b"[]", b"7", b'{"type": "story"}', b"\xff"])
def test_what_is_no_post_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        decode_item(data)
