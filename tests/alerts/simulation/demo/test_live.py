"""What the demo says of a live network. What is heard is handed in; the network is a strict fake."""

import asyncio
import datetime as dt
import math

import pytest
from rich.console import Console

from alerts.errors import AlertsError
from alerts.simulation.demo.bin_series import BinSeries
from alerts.simulation.demo.live.heard import ENOUGH_READ, NEWEST, QUIET_S, Heard
from alerts.simulation.demo.live.networks import network_of, require_heard
from alerts.simulation.demo.live.picture import LivePicture
from alerts.simulation.demo.screen import PlainLines
from alerts.simulation.services.jetstream_faults import Refuse
from detectors.decision.volume import GRACE_MIN
from streams.brand import Brand
from streams.mention import Mention
from streams.sources.checkpoint import Checkpoint, Counts
from streams.sources.source import Health
from tests.alerts.simulation.demo.observed import row
from tests.alerts.simulation.demo.test_view import ADDRESSES, CRISIS, drawn
from tests.streams.sources.bluesky.network import jetstream
from tocsin import main

NOW = 1_800_000_000.0
BRAND = Brand(id="live", name="northside", query="northside")


def mention(name: str, text: str = "northside", **changes) -> Mention:
    return Mention(id=name, published=dt.datetime.fromtimestamp(NOW, dt.UTC), content=text, **changes)


def listened(lasted_s: float, read: int = 0, matched: int = 0, says: str = "") -> Heard:
    """Return what was heard after a time, of so many posts."""
    heard = Heard("Bluesky")
    for at, counts in ((NOW, Counts()), (NOW + lasted_s, Counts(received=read, matched=matched))):
        health = Health(state="waiting" if says else "live", says=says)
        heard.note(Checkpoint(kind="bluesky", updated=at, health=health, counts=counts))
    return heard


def picture(heard: Heard, **changes) -> LivePicture:
    series = BinSeries(60)
    for minute in range(40):
        series.take(row("live", int(NOW) - 2400 + 60 * minute, 1 + minute % 3))
    return LivePicture(brand=BRAND, heard=heard, series=series, now=NOW, addresses=ADDRESSES, **changes)


def test_what_counts_as_negative_is_told_from_what_does_not_and_what_is_not_scored():
    heard = Heard("Bluesky")

    heard.take([mention("a"), mention("b"), mention("c")], [0.9, 0.1, math.nan])

    assert [post.mood for post in heard.posts.values()] == ["negative", "calm", "not scored"]
    assert (heard.matched, heard.negative) == (3, 1)


def test_a_post_that_comes_again_counts_once_and_one_that_is_taken_down_is_shown_no_more():
    heard = Heard("Bluesky")
    heard.take([mention("a"), mention("a"), mention("b")], [0.9, 0.9, 0.9])

    heard.take([mention("a", "", deleted=True)], [math.nan])
    heard.take([mention("a")], [0.9])

    assert list(heard.posts) == ["b"]
    assert heard.matched == 2


def test_the_newest_are_kept():
    heard = Heard("Bluesky")

    heard.take([mention(str(number)) for number in range(2 * NEWEST)], [0.0] * 2 * NEWEST)

    assert list(heard.posts) == [str(number) for number in range(NEWEST, 2 * NEWEST)]


def test_a_query_that_finds_nothing_for_a_while_is_told_with_how_much_is_read():
    assert "Nothing matches yet, of 38 posts a second" in listened(2 * QUIET_S, read=int(76 * QUIET_S)).doing
    assert "Nothing matches" not in listened(QUIET_S / 2, read=1_000).doing


def test_a_query_that_finds_nearly_everything_is_told_with_what_to_write():
    wide = listened(QUIET_S, read=ENOUGH_READ, matched=ENOUGH_READ // 2)

    assert "50 % of all posts match" in wide.doing
    assert '"phrase"' in wide.doing
    assert "% of all posts match" not in listened(QUIET_S, read=ENOUGH_READ, matched=ENOUGH_READ // 1_000).doing


def test_a_network_that_is_lost_is_told_before_anything_else():
    lost = listened(QUIET_S, read=ENOUGH_READ, matched=ENOUGH_READ, says="wss://host closed the connection")

    assert lost.doing == "Bluesky is waiting: wss://host closed the connection"


def test_a_network_that_lets_us_in_and_is_silent_is_no_query_without_a_match():
    assert "tells nothing" in listened(2 * QUIET_S).doing


def test_an_ordinary_hour_is_reckoned_by_what_was_heard_so_far():
    heard = Heard("Bluesky")
    heard.take([mention(str(number)) for number in range(10)], [0.9] * 2 + [0.1] * 8)
    for at in (NOW, NOW + 600):
        heard.note(Checkpoint(kind="bluesky", updated=at, health=Health(state="live"), counts=Counts(received=5)))

    assert heard.ordinary_hour == "about 60 posts, 20 % of them negative (10 in 10 minutes)"
    assert heard.ordinary_hour in heard.report


def test_whoever_waits_for_it_to_ring_is_told_that_it_learns_first():
    early, late = (listened(60 * minutes, read=100) for minutes in (GRACE_MIN / 2, GRACE_MIN + 1))
    for heard in (early, late):
        heard.take([mention("a")], [0.9])

    assert f"rings after {GRACE_MIN:.0f} minutes" in early.doing
    assert "learns" not in late.doing


def test_of_less_than_a_minute_no_hour_is_reckoned():
    assert "after a minute" in listened(QUIET_S / 2, read=100, matched=3).ordinary_hour


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (160, 50)])
@pytest.mark.parametrize("crisis", [None, CRISIS])
def test_it_fits_the_terminal(width, height, crisis):
    heard = listened(600, read=40_000, matched=20)
    heard.take([mention(str(number), "northside is awful " * 20) for number in range(20)], [0.9] * 20)
    shown = picture(heard, crisis=crisis, slack="a message " * 30, page="a page " * 30)

    lines = drawn(shown, width, height)

    assert len(lines) <= height
    assert max(len(line) for line in lines) <= width
    assert ("Your turn" in "\n".join(lines)) == (crisis is not None)


def test_whoever_has_no_terminal_reads_each_post_once_and_where_to_take_the_incident(capsys):
    heard = listened(600)
    heard.take([mention("a", "northside is awful")], [0.93])
    with PlainLines(Console(), "title") as screen:
        for crisis in (None, None, CRISIS, CRISIS):
            screen.draw(picture(heard, crisis=crisis, page="a page" if crisis else ""))

    said = capsys.readouterr().out.splitlines()

    assert [line for line in said if "negative 0.93  northside is awful" in line] == [said[2]]
    assert [line for line in said if ADDRESSES.page in line] == [said[-1]]


async def test_hosts_that_fail_alike_are_told_once_and_others_beside_them():
    async with jetstream() as down:
        down.is_ready = False
        url = down.url
        network = network_of("bluesky", ["ws://a.invalid", "ws://b.invalid", url])
        with pytest.raises(AlertsError, match="Bluesky cannot be listened to from here") as caught:
            await require_heard(network)

    said = str(caught.value)
    assert "ws://a.invalid and 1 more cannot be reached" in said
    assert said.count("its name was not found") == 1
    assert f"{url} answered 503" in said
    assert "without --live needs no network" in said


async def test_one_host_that_is_heard_is_enough():
    async with jetstream() as host:
        host.fail_next(Refuse(503, ""))
        checking = asyncio.create_task(require_heard(network_of("bluesky", ["ws://127.0.0.1:1", host.url])))
        with pytest.raises(AlertsError):
            await checking

        checking = asyncio.create_task(require_heard(network_of("bluesky", ["ws://127.0.0.1:1", host.url])))
        await host.subscribed(1)
        await host.emit("identity", "did:plc:ida", {"handle": "ida.example"})
        await checking


def refusal(capsys, *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["demo", *arguments])
    return int(ended.value.code or 0), capsys.readouterr().err


def test_where_there_is_no_network_the_command_ends_with_one_sentence(capsys):
    status, said = refusal(capsys, "--live", "bluesky", "--brand", "northside", "--host", "ws://127.0.0.1:1")

    assert status == 1
    assert said.startswith("tocsin: Bluesky cannot be listened to from here")
    assert said.count("\n") == 1


def test_a_wrong_query_is_told_by_its_position_before_the_network_is_asked(capsys):
    status, said = refusal(capsys, "--live", "bluesky", "--brand", "northside OR (", "--host", "ws://127.0.0.1:1")

    assert status == 1
    assert said.startswith("tocsin: at character 15 of 'northside OR ('")


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--live", "usenet", "--brand", "northside"], "--live"),
        (["--brand", "northside"], "--live"),
        (["--live", "bluesky"], "--brand"),
        (["--live", "bluesky", "--brand", "northside", "--host", "http://host"], "--host"),
        (["--live", "bluesky", "--brand", "northside", "--headless"], "--headless"),
    ],
)
def test_what_makes_no_sense_together_is_wrong_usage(capsys, arguments, option):
    status, said = refusal(capsys, *arguments)

    assert status == 2
    assert option in said
