"""The dead-man's ping: sent while the chain moves, withheld when it does not, and never shown in a log."""

from collections.abc import AsyncIterator

import pytest
import structlog
from msgspec.structs import replace
from pytest_httpserver import HTTPServer

from alerts.deliveries.heartbeat import Heartbeat, Heartbeats
from alerts.errors import DeliveryError
from alerts.health import metrics
from alerts.receivers.healthcheck import Healthcheck, HealthcheckSettings, ping
from alerts.simulation.services.inbox import Inbox
from streams.kafka.broker.embedded import free_port
from tests.alerts.verdicts import NOW
from tests.alerts.web.stage import Clock


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    running = Inbox()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def settings(inbox: Inbox) -> HealthcheckSettings:
    return HealthcheckSettings(url=inbox.dead_man_url)


class Watched:
    """A dead man, the beats that it goes by, and the clock."""

    def __init__(self, settings: HealthcheckSettings) -> None:
        self.clock = Clock(NOW)
        self.hearts = Heartbeats()
        self.dead_man = Healthcheck(settings, self.hearts, now=self.clock)

    def heartbeat(self, *partitions: int) -> None:
        for partition in partitions:
            self.hearts.take(Heartbeat(partition=partition, partitions=2, at=self.clock.now), self.clock.now)

    async def passes(self, seconds: float) -> None:
        self.clock.now += seconds
        await self.dead_man.look()


@pytest.fixture
def watched(settings: HealthcheckSettings) -> Watched:
    return Watched(settings)


def pings(inbox: Inbox) -> int:
    return len(inbox.store.received("dead_man"))


def counted(outcome: str) -> float:
    return float(metrics.DEAD_MAN_PINGS.labels(outcome)._value.get())


async def test_it_pings_at_once_and_then_every_so_often_while_the_chain_moves(watched, inbox):
    for _ in range(13):
        watched.heartbeat(0, 1)
        await watched.passes(10)

    assert pings(inbox) == 3  # after 10 s, 70 s and 130 s


async def test_nothing_is_told_before_every_partition_has_beaten(watched, inbox):
    watched.heartbeat(0)
    await watched.passes(1)

    assert pings(inbox) == 0


async def test_a_partition_that_stops_withholds_the_ping_until_it_beats_again(watched, inbox):
    watched.heartbeat(0, 1)
    await watched.passes(1)
    before = counted("withheld")

    with structlog.testing.capture_logs() as logged:
        for _ in range(12):
            watched.heartbeat(0)
            await watched.passes(10)
    stopped_at = pings(inbox)
    watched.heartbeat(1)
    await watched.passes(10)

    assert (stopped_at, pings(inbox)) == (1, 2)
    assert counted("withheld") > before
    assert [entry["partitions"] for entry in logged] == [[1]]


async def test_beats_of_long_ago_that_are_read_again_are_no_sign_of_life(watched, inbox):
    for partition in (0, 1):
        watched.hearts.take(Heartbeat(partition=partition, partitions=2, at=NOW - 600), NOW)

    await watched.passes(1)

    assert pings(inbox) == 0


@pytest.mark.parametrize("fault", ["server_error", "rate_limited", "cut_before", "cut_after"])
async def test_a_ping_that_is_not_taken_is_tried_again_soon(watched, inbox, fault):
    inbox.faults.fail_next("dead_man", fault)
    before = counted("failed")
    watched.heartbeat(0, 1)

    with structlog.testing.capture_logs() as logged:
        await watched.passes(1)
    watched.heartbeat(0, 1)
    await watched.passes(10)

    assert counted("failed") == before + 1
    assert pings(inbox) == 1 + (fault == "cut_after")
    assert inbox.dead_man_url not in repr(logged)
    assert "/ping/" not in repr(logged)


async def test_an_address_that_names_no_check_is_a_failure_although_it_answers_200(settings):
    wrong = replace(settings, url=settings.url[:-1] + "1")

    with pytest.raises(DeliveryError, match=r"127\.0\.0\.1: OK \(not found\); check dead_man\.url"):
        await ping(wrong)


@pytest.mark.parametrize("path", ["no-uuid", "a/b"])
async def test_an_address_that_is_refused_says_which_setting_to_look_at(inbox, path):
    with pytest.raises(DeliveryError, match=r"HTTP 40\d .*check dead_man\.url") as caught:
        await ping(HealthcheckSettings(url=f"{inbox.url}/ping/{path}"))

    assert path not in str(caught.value)


async def test_nobody_there_is_told_without_the_secret():
    with pytest.raises(DeliveryError, match="no connection") as caught:
        await ping(HealthcheckSettings(url=f"http://127.0.0.1:{free_port()}/secret"))

    assert "secret" not in str(caught.value)


async def test_a_key_and_a_name_reach_a_heartbeat_of_jira_service_management(httpserver: HTTPServer):
    path = "/jsm/ops/api/c1/v1/teams/t1/heartbeats/ping"
    httpserver.expect_oneshot_request(
        path, method="GET", query_string="name=tocsin", headers={"Authorization": "Basic bWU6a2V5"}
    ).respond_with_json({"message": "PONG - Heartbeat received"}, status=202)

    await ping(HealthcheckSettings(url=httpserver.url_for(f"{path}?name=tocsin"), authorization="Basic bWU6a2V5"))

    httpserver.check_assertions()


async def test_a_key_goes_into_the_header_that_opsgenie_asks_for(httpserver: HTTPServer):
    httpserver.expect_oneshot_request(
        "/v2/heartbeats/tocsin/ping", method="GET", headers={"Authorization": "GenieKey k"}
    ).respond_with_json({"result": "PONG - Heartbeat received", "took": 0.1}, status=202)

    await ping(HealthcheckSettings(url=httpserver.url_for("/v2/heartbeats/tocsin/ping"), authorization="GenieKey k"))

    httpserver.check_assertions()
