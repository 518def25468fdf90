"""Sources ask upstream politely, and are led nowhere they should not be."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from streams.kafka.broker.embedded import free_port
from streams.sources import http, peers
from streams.sources.http import HttpClient
from streams.sources.source import SourceError, SourceUnavailableError
from tests.streams.sources.clock import Clock
from tests.streams.sources.upstream import Upstream, serving

KEY = {"Authorization": "Bearer secret"}


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with serving() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(clock: Clock) -> AsyncIterator[HttpClient]:
    client = HttpClient(contact="https://tocsin.example.org", now=clock, clock=clock, sleep=clock.sleep)
    yield client
    await client.close()


async def test_a_request_says_who_asks_and_sends_what_it_was_given(client, upstream):
    url = upstream.answer("/feed", b"body", headers={"ETag": '"v1"'})

    answer = await client.get(url, params={"q": "a b"}, headers={"Accept": "text/xml"}, secrets=KEY)

    assert (answer.status, answer.body, answer.headers["etag"], answer.moved_to) == (200, b"body", '"v1"', "")
    (asked,) = upstream.asked
    assert asked.headers["User-Agent"].startswith("Tocsin/")
    assert "+https://tocsin.example.org" in asked.headers["User-Agent"]
    assert dict(asked.query) == {"q": "a b"}
    assert (asked.headers["Accept"], asked.headers["Authorization"]) == ("text/xml", "Bearer secret")


async def test_a_post_sends_its_body(client, upstream):
    url = upstream.answer("/search", b"[]")

    await client.post(url, b'{"q": 1}', headers={"Content-Type": "application/json"})

    assert upstream.bodies == [b'{"q": 1}']
    assert upstream.asked[0].headers["Content-Type"] == "application/json"


async def test_nothing_new_is_an_answer_to_who_has_asked_for_that_alone(client, upstream):
    url = upstream.answer("/", status=304)

    assert (await client.get(url, headers={"If-None-Match": '"7"'})).status == 304
    with pytest.raises(SourceUnavailableError, match="304, though it was asked for whatever is there"):
        await client.get(url)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 451])
async def test_what_waiting_does_not_mend_is_the_sources_to_judge(client, upstream, status):
    answer = await client.get(upstream.answer("/", status=status))

    assert answer.status == status


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_what_asks_for_patience_says_for_how_long(client, upstream, status):
    url = upstream.answer("/feed", status=status, headers={"Retry-After": "17"})

    with pytest.raises(SourceUnavailableError, match=rf"/feed\?…: {status} ") as caught:
        await client.get(f"{url}?token=secret")

    assert caught.value.retry_after_s == 17
    assert "secret" not in str(caught.value)


async def test_an_address_that_is_a_secret_stands_in_no_message(client, upstream):
    gone = f"http://127.0.0.1:{free_port()}/alerts/secret"
    moved = upstream.answer("/alerts/secret", status=302, headers={"Location": "/alerts/secret"})
    lost = upstream.answer("/secret", status=302, headers={"Location": "file:///x"})

    for url in (gone, moved, lost):
        with pytest.raises((SourceUnavailableError, SourceError)) as caught:
            await client.get(url, shown_as="feed 3 of urls_file")
        assert "feed 3 of urls_file" in str(caught.value)
        assert "secret" not in str(caught.value)


async def test_after_a_429_no_source_asks_that_host_with_that_key_until_the_time_is_over(client, upstream, clock):
    url = upstream.answer("/", status=429, headers={"Retry-After": "600"})
    with pytest.raises(SourceUnavailableError):
        await client.get(url, secrets=KEY)
    upstream.answer("/", b"fine")

    with pytest.raises(SourceUnavailableError, match="as it asked") as caught:
        await client.get(url, secrets=KEY)
    other_key = await client.get(url, secrets={"Authorization": "Bearer other"})
    clock.at += 601
    later = await client.get(url, secrets=KEY)

    assert caught.value.retry_after_s == pytest.approx(600)
    assert (other_key.body, later.body) == (b"fine", b"fine")
    assert len(upstream.asked) == 3


async def test_a_demanded_gap_holds_for_all_who_ask_and_is_told_as_throttled(client, upstream, clock):
    url = upstream.answer("/doc")
    throttled: list[float] = []
    one, other = client.reporting(throttled.append), client.reporting(lambda _: None)
    one.demand(url, gap_s=6, in_flight=1)

    await other.get(url)
    await one.get(url)

    assert throttled == [pytest.approx(6)]
    assert clock.slept == [pytest.approx(6)]


async def test_no_more_requests_fly_than_were_demanded(client, upstream):
    flying, most = 0, 0

    async def handle(_: web.Request) -> web.Response:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        for _turn in range(20):
            await asyncio.sleep(0)
        flying -= 1
        return web.Response()

    upstream.handlers["/"] = handle
    client.demand(upstream.url, in_flight=2)

    await asyncio.gather(*(client.get(f"{upstream.url}/") for _ in range(9)))

    assert most == 2
    assert len(upstream.asked) == 9


async def test_headers_that_say_what_is_left_slow_a_source_down(client, upstream, clock):
    url = upstream.answer("/", headers={"X-RateLimit-Remaining": "4", "X-RateLimit-Reset": "100"})

    await client.get(url)
    await client.get(url)

    assert clock.slept == [pytest.approx(25)]


async def test_a_request_that_is_cancelled_gives_back_its_turn(client, upstream):
    begun = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        begun.set()
        await asyncio.Event().wait()
        return web.Response()

    upstream.handlers["/hang"] = hang
    client.demand(upstream.url, in_flight=1)
    hanging = asyncio.create_task(client.get(f"{upstream.url}/hang"))
    await begun.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging

    assert (await client.get(upstream.answer("/", b"next"))).body == b"next"


async def test_a_body_is_bounded_while_it_is_read(client, upstream):
    url = upstream.answer("/", b"x" * 2001)

    with pytest.raises(SourceUnavailableError, match="more than 2,000 bytes"):
        await client.get(url, limit_bytes=2000)


async def test_an_answer_that_never_ends_is_cut(client, upstream):
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.01)

    upstream.handlers["/"] = trickle

    with pytest.raises(SourceUnavailableError, match="no whole answer within"):
        await client.get(f"{upstream.url}/", limit_s=0.2)


async def test_a_body_that_is_cut_is_no_answer(client, upstream):
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response

    upstream.handlers["/"] = cut

    with pytest.raises(SourceUnavailableError):
        await client.get(f"{upstream.url}/")


async def test_where_nobody_listens_it_is_tried_again(client):
    with pytest.raises(SourceUnavailableError, match="ConnectError"):
        await client.get(f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(SourceUnavailableError):
        await client.get("http://no-such-host.invalid/")


@pytest.mark.parametrize(
    "url", ["feed", "ftp://a.example/x", "file:///etc/passwd", "https://", "http://a:b:c/", "http://[::1/"]
)
async def test_an_address_that_is_none_is_told_to_whoever_wrote_it(client, url):
    with pytest.raises(SourceError, match="web address"):
        await client.get(url)


async def test_no_cookie_is_sent_back(client, upstream):
    url = upstream.answer("/", headers={"Set-Cookie": "me=1; Path=/"})
    await client.get(url)
    await client.get(url)

    assert "Cookie" not in upstream.asked[1].headers


@pytest.mark.parametrize(
    ("statuses", "is_for_good"),
    [([301], True), ([308, 301], True), ([302], False), ([301, 302], False), ([302, 301], False)],
)
async def test_an_address_has_moved_if_every_redirect_was_for_good(client, upstream, statuses, is_for_good):
    for step, status in enumerate(statuses):
        upstream.answer(f"/{step}", status=status, headers={"Location": f"/{step + 1}"})
    last = upstream.answer(f"/{len(statuses)}", b"here")

    answer = await client.get(f"{upstream.url}/0")

    assert (answer.body, answer.url) == (b"here", last)
    assert answer.moved_to == (last if is_for_good else "")


async def test_a_circle_of_redirects_ends(client, upstream):
    url = upstream.answer("/", status=302, headers={"Location": "/"})

    with pytest.raises(SourceUnavailableError, match="more than 5 redirects"):
        await client.get(url)
    assert len(upstream.asked) == 6


async def test_what_lets_us_in_goes_to_no_other_host(client, upstream):
    upstream.answer("/there")
    url = upstream.answer("/", status=302, headers={"Location": f"http://127.0.0.2:{upstream.port}/there"})

    await client.get(url, headers={"X-Api-Key": "secret", "Accept": "text/xml"}, secrets=KEY)

    first, second = upstream.asked
    assert (first.headers["Authorization"], first.headers["X-Api-Key"]) == ("Bearer secret", "secret")
    assert not {"Authorization", "X-Api-Key"} & set(second.headers)
    assert second.headers["Accept"] == "text/xml"


async def test_what_was_to_be_posted_goes_to_no_other_host(client, upstream):
    url = upstream.answer("/", status=307, headers={"Location": f"http://127.0.0.2:{upstream.port}/there"})

    with pytest.raises(SourceError, match="no other host"):
        await client.post(url, b"secret")
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://a.example/x", "gopher://a/", "javascript:alert(1)"])
async def test_a_redirect_leads_to_no_other_scheme(client, upstream, location):
    url = upstream.answer("/", status=301, headers={"Location": location})

    with pytest.raises(SourceError, match="no web address"):
        await client.get(url)


class Internet:
    """Lets 127.0.0.2 count as an address of the open internet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[str]] = {}
        true_resolve = peers.resolve

        async def resolve(host: str, port: int) -> list[str]:
            return self.names.get(host) or await true_resolve(host, port)

        def is_private(address: str) -> bool:
            return address != "127.0.0.2"

        for module in (http, peers):
            monkeypatch.setattr(module, "is_private", is_private)
        monkeypatch.setattr(http, "resolve", resolve)


@pytest.fixture
def internet(monkeypatch) -> Internet:
    return Internet(monkeypatch)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_a_public_address_leads_to_no_private_one(client, upstream, internet, host):
    upstream.answer("/inside", b"secret")
    upstream.answer("/", status=302, headers={"Location": f"http://{host}:{upstream.port}/inside"})

    with pytest.raises(SourceError, match="within the network that Tocsin runs in"):
        await client.get(f"http://127.0.0.2:{upstream.port}/")
    assert len(upstream.asked) == 1


async def test_a_name_that_points_inwards_only_when_it_is_asked_is_seen_through(client, upstream, internet):
    internet.names["localhost"] = ["127.0.0.2"]
    upstream.answer("/inside", b"secret")
    upstream.answer("/", status=302, headers={"Location": f"http://localhost:{upstream.port}/inside"})

    with pytest.raises(SourceError, match="within the network"):
        await client.get(f"http://127.0.0.2:{upstream.port}/")
    assert len(upstream.asked) == 1


async def test_an_address_found_in_a_public_answer_is_held_to_the_same(client, upstream, internet):
    inside = upstream.answer("/inside", b"secret")

    with pytest.raises(SourceError, match="within the network"):
        await client.get(inside, found_in=f"http://127.0.0.2:{upstream.port}/")
    assert (await client.get(inside, found_in=inside)).body == b"secret"


async def test_a_private_address_that_was_configured_may_lead_on_within_its_network(client, upstream, internet):
    upstream.answer("/there", b"fine")
    url = upstream.answer("/", status=302, headers={"Location": f"http://localhost:{upstream.port}/there"})

    assert (await client.get(url)).body == b"fine"


async def test_a_way_that_was_once_public_never_leads_inwards(client, upstream, internet):
    upstream.answer("/inside", b"secret")
    upstream.answer("/public", status=302, headers={"Location": f"http://127.0.0.1:{upstream.port}/inside"})
    url = upstream.answer("/", status=302, headers={"Location": f"http://127.0.0.2:{upstream.port}/public"})

    with pytest.raises(SourceError, match="within the network"):
        await client.get(url)
    assert len(upstream.asked) == 2


async def test_the_link_local_address_is_asked_by_nobody_who_was_led_there(client, monkeypatch):
    async def resolve(host: str, port: int) -> list[str]:
        return ["169.254.169.254"] if host == "metadata.example" else [host]

    monkeypatch.setattr(http, "resolve", resolve)

    with pytest.raises(SourceError, match=r"169\.254\.169\.254"):
        await client.get("http://metadata.example/", found_in="http://8.8.8.8/")


# -- what has no end -----------------------------------------------------------------------------------------------


async def _opened(request: web.Request, *pieces: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for piece in pieces:
        await response.write(piece)
    return response


async def test_a_stream_gives_what_comes_as_it_comes_and_keeps_nobody_waiting(client, upstream):
    gate = asyncio.Event()

    async def handle(request: web.Request) -> web.StreamResponse:
        response = await _opened(request, b"first")
        await gate.wait()
        await response.write(b"last")
        return response

    upstream.handlers["/stream"] = handle
    other = upstream.answer("/other", b"x")
    client.demand(upstream.url, secrets=KEY, in_flight=1)

    async with client.stream(f"{upstream.url}/stream", params={"tag": "a b"}, secrets=KEY, silence_s=20) as answer:
        first = await anext(answer.pieces)
        meanwhile = await client.get(other, secrets=KEY)
        gate.set()
        rest = b"".join([piece async for piece in answer.pieces])

    assert (answer.status, first, meanwhile.body, rest) == (200, b"first", b"x", b"last")
    assert dict(upstream.asked[0].query) == {"tag": "a b"}
    assert upstream.asked[0].headers["Accept-Encoding"] == "identity"


async def test_a_stream_that_falls_silent_is_broken(client, upstream):
    async def handle(request: web.Request) -> web.StreamResponse:
        response = await _opened(request, b"first")
        await asyncio.get_running_loop().create_future()
        return response

    upstream.handlers["/stream"] = handle

    async def read_it() -> None:
        async with client.stream(f"{upstream.url}/stream", silence_s=0.1) as answer:
            async for _ in answer.pieces:
                pass

    with pytest.raises(SourceUnavailableError, match=r"/stream: nothing came for 0\.1 s"):
        await read_it()


async def test_a_stream_that_is_refused_is_the_sources_to_judge_and_one_that_asks_for_patience_says_how_long(
    client, upstream
):
    async with client.stream(upstream.answer("/no", b"{}", status=401)) as answer:
        assert (answer.status, answer.is_success) == (401, False)
    with pytest.raises(SourceUnavailableError) as caught:
        async with client.stream(upstream.answer("/later", status=503, headers={"Retry-After": "17"})):
            pass
    assert caught.value.retry_after_s == 17


async def test_a_stream_is_led_nowhere(client, upstream):
    url = upstream.answer("/moved", status=301, headers={"Location": "https://other.example/stream?token=secret"})

    with pytest.raises(SourceUnavailableError, match=r"has moved to https://other\.example/stream\?…"):
        async with client.stream(url, secrets=KEY):
            pass
