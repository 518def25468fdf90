"""What becomes of a push, whatever Kafka does meanwhile."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from alerts.simulation.services.meltwater import SimulatedMeltwater
from streams.brand import Brand
from streams.connectors.connector import Refused
from streams.errors import KafkaUnavailableError
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sources.checkpoint import Counts
from streams.sources.meltwater.settings import MeltwaterSettings
from streams.sources.meltwater.source import MeltwaterSource
from streams.sources.missing_pushes import PATIENCE_S
from streams.sources.pushed import Push, PushRefusedError
from streams.sources.pushed_news import PushedNews
from streams.sources.pushed_sources import PushedSources, PushedTo

AT = 1_795_946_400.0
SECRET = "a-secret-of-some-length-1234"
SENDER = SimulatedMeltwater("https://tocsin.example")
MATCHER = Matcher([Brand(id="northside", name="Northside", query="northside")])


class Desk:
    """The sources of a process, the Kafka behind them and a clock."""

    def __init__(self, *, keep_all: bool = False) -> None:
        self.now = AT + 60
        self.kafka: list[Mention] = []
        self.letters: list[Refused] = []
        self.is_down = False
        self.source = MeltwaterSource("suite", MeltwaterSettings.model_validate({"secret": SECRET}))
        stated = [PushedTo(source=self.source, keep_all=keep_all)]
        self.pushed = PushedSources(stated, MATCHER, self._put, now=lambda: self.now)

    async def _put(self, _: str, mentions: Sequence[Mention], refused: Sequence[Refused]) -> None:
        if self.is_down:
            raise KafkaUnavailableError("no broker answers")
        self.kafka += mentions
        self.letters += refused

    async def take(self, *documents: Any) -> Counts:
        body = json.dumps({"request": {"inputs": [{"name": "Northside"}]}, "documents": documents}).encode()
        return await self.pushed.take(self.source, Push(body=body, headers={}))

    def news(self) -> PushedNews:
        (news,) = self.pushed.news()
        return news


@pytest.mark.parametrize(
    ("name", "secret"), [("suite", SECRET[:-1]), ("suite", ""), ("other", SECRET), ("", ""), ("suite", "é" * 28)]
)
def test_an_address_leads_to_a_source_by_id_and_secret_alone(name, secret):
    desk = Desk()

    assert desk.pushed.find(name, secret) is None
    assert desk.pushed.find("suite", SECRET) is desk.source


async def test_what_speaks_of_a_brand_goes_on_and_the_rest_is_counted():
    desk = Desk()

    counts = await desk.take(
        SENDER.news(AT, "Northside"), SENDER.news(AT, "Southside"), SENDER.post_of_x(AT), {"id": 7}
    )

    assert (counts.received, counts.matched, counts.dropped, counts.refused, counts.withheld) == (3, 2, 1, 1, 1)
    assert [mention.is_withheld for mention in desk.kafka] == [False, True]
    assert [letter.reason for letter in desk.letters] == ["timestamp"]


async def test_everything_goes_on_where_that_is_asked_for():
    assert (await Desk(keep_all=True).take(SENDER.news(AT, "Southside"))).emitted == 1


async def test_a_post_that_is_pushed_late_counts_when_it_comes_and_an_old_one_keeps_its_time():
    desk = Desk()
    await desk.take(SENDER.news(AT - 600, "Northside"), SENDER.news(AT - 86_400, "Northside"))

    assert [mention.published_s for mention in desk.kafka] == [desk.now, AT - 86_400]


async def test_what_is_known_of_a_source_is_told_once():
    desk = Desk()
    await desk.take(SENDER.news(AT, "Northside"))

    first, second = desk.news(), desk.news()

    assert (first.counts.emitted, second.counts.emitted) == (1, 0)
    assert (second.health.state, second.health.last_ok, second.health.last_event) == ("live", desk.now, desk.now)


async def test_a_push_that_kafka_did_not_take_and_that_comes_again_is_no_hole():
    desk = Desk()
    document = SENDER.news(AT, "Northside")
    desk.is_down = True
    with pytest.raises(KafkaUnavailableError):
        await desk.take(document)
    assert desk.news().health.state == "waiting"

    desk.is_down = False
    await desk.take(document)
    desk.now += 2 * PATIENCE_S

    news = desk.news()
    assert (news.health.state, news.holes) == ("live", ())
    assert len(desk.kafka) == 1


async def test_a_push_that_kafka_did_not_take_and_that_never_comes_again_is_a_hole():
    desk = Desk()
    desk.is_down = True
    for _ in range(3):
        with pytest.raises(KafkaUnavailableError):
            await desk.take(SENDER.news(AT, "Northside"))
        desk.now += 10
    began = desk.now - 30
    assert not desk.news().holes
    desk.now += PATIENCE_S

    news = desk.news()

    (hole,) = news.holes
    assert (hole.began, hole.ended, hole.reason, news.counts.holes) == (began, began + 21, "dropped", 1)
    assert hole.detail.startswith("3 pushes")
    assert desk.news().holes == ()


async def test_a_body_that_cannot_be_read_is_counted_and_kept():
    desk = Desk()

    with pytest.raises(PushRefusedError):
        await desk.pushed.take(desk.source, Push(body=b"{", headers={}))

    assert desk.news().counts.refused == 1
    assert [(letter.reason, letter.data) for letter in desk.letters] == [("json", b"{")]


async def test_another_configuration_is_taken_up_and_loses_no_count():
    desk = Desk()
    await desk.take(SENDER.news(AT, "Northside"))
    southside = Matcher([Brand(id="southside", name="Southside", query="southside")])

    desk.pushed.take_up([PushedTo(source=desk.source)], southside)
    await desk.take(SENDER.news(AT, "Northside"), SENDER.news(AT, "Southside"))

    news = desk.news()
    assert (news.counts.received, news.counts.emitted, news.counts.dropped) == (3, 2, 1)


async def test_a_secret_that_was_changed_lets_nobody_in_any_more():
    desk = Desk()
    await desk.take(SENDER.news(AT, "Northside"))
    settings = MeltwaterSettings.model_validate({"secret": "another-secret-of-24-letters"})
    changed = MeltwaterSource("suite", settings)

    desk.pushed.take_up([PushedTo(source=changed, stated=settings)], MATCHER)

    assert desk.pushed.find("suite", SECRET) is None
    assert desk.pushed.find("suite", "another-secret-of-24-letters") is changed
    with pytest.raises(PushRefusedError, match="changed just now"):
        await desk.take(SENDER.news(AT, "Northside"))
    assert desk.news().counts.emitted == 1
    desk.pushed.take_up([], MATCHER)
    assert len(desk.pushed) == 0
