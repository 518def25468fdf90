"""What suites push, over HTTP."""

import hmac
import json
from typing import Any

import pytest
from prometheus_client import generate_latest

from alerts.simulation.services.meltwater import SimulatedMeltwater
from alerts.simulation.services.youscan import SimulatedYouScan
from alerts.web.bodies import Bodies
from streams.brand import Brand
from streams.errors import KafkaUnavailableError
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sources.feeds.address import FeedAddress
from streams.sources.meltwater.settings import MeltwaterSettings
from streams.sources.meltwater.source import MeltwaterSource
from streams.sources.pushed_sources import PushedSources, PushedTo
from streams.sources.websub.settings import WebSubSettings
from streams.sources.websub.source import WebSubSource
from streams.sources.youscan.settings import YouScanSettings
from streams.sources.youscan.source import YouScanSource

AT = 1_795_946_400.0
SECRET, OTHER = "the-secret-of-the-suite-0001", "the-secret-of-youscan-000002"
HUB_SECRET, FEED = "the-secret-that-hubs-know-003", "https://paper.example/feed"
HOOK_SECRET = "e2d264b524240b9572ebc2fc7eebd980"


class Sink:
    def __init__(self) -> None:
        self.taken: list[Mention] = []
        self.letters: list[Any] = []
        self.is_down = False

    async def __call__(self, _: str, mentions: Any, refused: Any) -> None:
        if self.is_down:
            raise KafkaUnavailableError("no broker answers")
        self.taken += mentions
        self.letters += refused


@pytest.fixture
def sink(parts):
    sink = Sink()
    meltwater = MeltwaterSettings.model_validate({"secret": SECRET, "signing_secret": HOOK_SECRET})
    youscan = YouScanSettings.model_validate({"secret": OTHER})
    websub = WebSubSettings.model_validate({"urls": [FEED], "secret": HUB_SECRET})
    stated = [
        PushedTo(source=MeltwaterSource("suite", meltwater)),
        PushedTo(source=YouScanSource("ys", youscan)),
        PushedTo(source=WebSubSource("feeds", websub, now=lambda: AT)),
    ]
    matcher = Matcher([Brand(id="northside", name="Northside", query="northside")])
    parts.pushed = PushedSources(stated, matcher, sink, now=lambda: AT + 60)
    return sink


@pytest.fixture
def meltwater(client, sink):
    return SimulatedMeltwater(str(client.make_url(f"/sources/suite/{SECRET}")), hook_secret=HOOK_SECRET)


async def test_what_meltwater_pushes_is_in_kafka_when_it_is_answered(meltwater, sink):
    report, post = meltwater.news(AT, "Northside closes"), meltwater.post_of_x(AT)

    assert await meltwater.push([report, post]) == 200

    assert [mention.source for mention in sink.taken] == ["meltwater", "twitter"]
    assert json.loads(meltwater.answers[0][1]) == {"received": 2, "taken": 2, "refused": 0}
    assert meltwater.lost == []


async def test_what_youscan_pushes_is_in_kafka_when_it_is_answered(client, sink):
    youscan = SimulatedYouScan(str(client.make_url(f"/sources/ys/{OTHER}")))

    assert await youscan.push(youscan.mention(AT, "Northside")) == 200
    assert await youscan.push(youscan.mention(AT, "", source="twitter.com")) == 200

    assert [mention.is_withheld for mention in sink.taken] == [False, True]


@pytest.mark.parametrize(
    ("fault", "status", "letters"),
    [("cut", 400, 1), ("other_signature", 401, 0), ("legacy", 200, 1), ("nulls", 200, 0)],
)
async def test_a_push_that_goes_wrong_says_what_is_wrong_and_loses_nothing_else(
    meltwater, sink, fault, status, letters
):
    assert await meltwater.push([meltwater.news(AT, "Northside")], fault) == status
    assert await meltwater.push([meltwater.news(AT, "Northside")]) == 200

    assert len(sink.letters) == letters
    assert sink.taken


async def test_while_kafka_takes_nothing_the_suite_is_asked_to_come_again(meltwater, sink):
    sink.is_down = True

    assert await meltwater.push([meltwater.news(AT, "Northside")]) == 503
    assert "send the same request again" in meltwater.answers[0][1]


@pytest.mark.parametrize(
    "path", [f"/sources/suite/{OTHER}", f"/sources/other/{SECRET}", "/sources/suite/x", "/sources/suite"]
)
async def test_an_address_that_is_not_right_in_all_of_it_leads_nowhere(client, sink, path):
    known = await client.post(path, data=b"{}")
    unknown = await client.post("/nothing/here", data=b"{}")

    assert (known.status, await known.text()) == (unknown.status, await unknown.text()) == (404, await unknown.text())


async def test_where_nothing_is_pushed_there_is_no_such_address(client):
    assert (await client.post(f"/sources/suite/{SECRET}", data=b"{}")).status == 404


async def test_the_secret_of_an_address_stands_in_no_log_and_no_metric(client, meltwater, sink, caplog, capsys):
    await meltwater.push([meltwater.news(AT, "Northside")])
    await meltwater.push([meltwater.news(AT, "Northside")], "cut")
    sink.is_down = True
    await meltwater.push([meltwater.news(AT, "Northside")])
    await client.post(f"/sources/suite/{SECRET}x", data=b"{}")

    written = caplog.text + "".join(capsys.readouterr()) + generate_latest().decode()
    assert "/sources/{source}/{secret}" in written
    assert SECRET not in written
    assert HOOK_SECRET not in written


async def test_a_body_that_is_too_large_is_not_read(client, parts, sink):
    parts.bodies = Bodies(most_bytes=1000)

    answer = await client.post(f"/sources/suite/{SECRET}", data=b"x" * 2000)

    assert answer.status == 503
    assert not sink.taken


async def test_a_hub_that_asks_back_is_answered_and_nobody_else(client, sink):
    key = FeedAddress(url=FEED, place=1).key
    query = {"feed": key, "hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "<b>7</b>"}

    answer = await client.get(f"/sources/feeds/{HUB_SECRET}", params=query)
    assert (answer.status, await answer.text(), answer.content_type) == (200, "<b>7</b>", "text/plain")
    for path in (f"/sources/feeds/{SECRET}", f"/sources/suite/{SECRET}", f"/sources/other/{HUB_SECRET}"):
        assert (await client.get(path, params=query)).status == 404
    assert (await client.get(f"/sources/feeds/{HUB_SECRET}", params=query | {"hub.topic": "x"})).status == 404


async def test_what_a_hub_pushes_is_in_kafka_when_it_is_answered(client, sink):
    key = FeedAddress(url=FEED, place=1).key
    item = "<item><title>Northside closes</title><link>https://paper.example/7</link></item>"
    body = f'<rss version="2.0"><channel><title>Paper</title>{item}</channel></rss>'.encode()
    secret = hmac.new(HUB_SECRET.encode(), f"websub {key}".encode(), "sha256").hexdigest()
    signed = {"X-Hub-Signature": f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"}

    answer = await client.post(f"/sources/feeds/{HUB_SECRET}", params={"feed": key}, data=body, headers=signed)

    assert answer.status == 200
    assert [(one.id, one.name) for one in sink.taken] == [("https://paper.example/7", "Northside closes")]
