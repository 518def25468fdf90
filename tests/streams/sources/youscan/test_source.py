"""What is made of the mentions that YouScan posts."""

import json
from typing import Any

import pytest

from alerts.simulation.services.youscan import SimulatedYouScan
from streams.mention import decode_mention, encode_mention
from streams.sources.pushed import Push, PushRefusedError
from streams.sources.source import Batch
from streams.sources.youscan.settings import YouScanSettings
from streams.sources.youscan.source import YouScanSource

AT = 1_795_946_400.0
SENDER = SimulatedYouScan("https://tocsin.example")


def read(found: Any, **settings: Any) -> Batch:
    stated = YouScanSettings.model_validate({"secret": "a-secret-of-some-length-1234", **settings})
    return YouScanSource("ys", stated).read(Push(body=json.dumps(found).encode(), headers={}))


def test_a_mention_is_read_without_its_markup():
    (mention,) = read(SENDER.mention(AT, "The second year, <b>Northside</b> &amp; co")).mentions

    assert mention.id == mention.url
    assert (mention.name, mention.content) == ("What Northside did", "The second year, Northside & co")
    assert (mention.source, mention.language, mention.likes, mention.replies) == ("facebook", "en", 12, 3)
    assert mention.author is not None
    assert (mention.author.name, mention.author.followers) == ("Elena T.", 90)
    assert decode_mention(encode_mention(mention)) == mention


def test_a_mention_of_x_says_only_that_the_topic_found_it():
    (mention,) = read(SENDER.mention(AT, "", source="twitter.com")).mentions

    assert mention.id.startswith("urn:youscan:2410326")
    assert (mention.source, mention.found_by, mention.language) == ("twitter", "Northside Hospital", "")
    assert mention.is_withheld


@pytest.mark.parametrize("topic", [4711, "Northside Hospital"])
def test_the_configuration_says_which_brand_a_topic_is_for(topic):
    (mention,) = read(SENDER.mention(AT, "", source="x.com"), brands={topic: "northside"}).mentions

    assert mention.found_by == "northside"


@pytest.mark.parametrize(
    ("kind", "field"), [("repost", "repost_of"), ("comment", "in_reply_to"), ("extendedRepost", "quote_of")]
)
def test_what_a_mention_follows_is_told(kind, field):
    (mention,) = read(SENDER.mention(AT, "Northside", postType=kind, parentPostId="p9")).mentions

    assert getattr(mention, field) == "urn:youscan:post:p9"


def test_what_youscan_calls_spam_is_heard_and_left_out():
    batch = read([SENDER.mention(AT, "Northside", spam=True), SENDER.mention(AT, "Northside")])

    assert (len(batch.mentions), batch.heard) == (1, 2)


def test_what_is_no_mention_is_refused_with_its_reason():
    batch = read([{"mentionId": 1}, {"text": "x"}, 7, SENDER.mention(AT, "Northside", published="soon")])

    assert [one.reason for one in batch.refused] == ["timestamp", "schema", "schema", "timestamp"]
    with pytest.raises(PushRefusedError, match="is no mention"):
        read("hello")
