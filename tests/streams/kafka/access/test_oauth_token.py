"""The token for OAUTHBEARER: had once, renewed in time, and its errors clear and without the secret."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from itertools import count
from urllib.parse import parse_qs

import pytest
from aiokafka.errors import SaslAuthenticationFailed
from werkzeug import Request, Response

from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.access.oauth_token import AsyncTokens, BlockingTokens, TokenSource
from streams.kafka.broker.embedded import free_port
from streams.kafka.security import OAuthClient

SECRET = "a secret/with+signs"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def client(url: str, **more: object) -> OAuthClient:
    return OAuthClient(token_url=url, client_id="to:csin", client_secret=SECRET, **more)  # type: ignore[arg-type]


@pytest.fixture
def endpoint(httpserver):
    """Start a token endpoint that answers by what it is given, and notes what it is asked."""
    asked: list[Request] = []

    def serve(answer: Callable[[Request], Response]) -> tuple[str, list[Request]]:
        def note(request: Request) -> Response:
            request.get_data()
            asked.append(request)
            return answer(request)

        httpserver.expect_request("/token", method="POST").respond_with_handler(note)
        return httpserver.url_for("/token"), asked

    return serve


def token(number: int = 1, **more: object) -> Response:
    body = {"access_token": f"token-{number}", "token_type": "Bearer", **more}
    return Response(json.dumps(body), content_type="application/json")


def refusal(status: int, **body: str) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def test_it_is_asked_for_as_the_standard_says(endpoint):
    url, asked = endpoint(lambda _: token(expires_in=300))

    source = TokenSource(client(url, scope="kafka", parameters=(("audience", "https://kafka"),)))

    assert source.token() == "token-1"
    form = parse_qs(asked[0].get_data(as_text=True))
    assert form == {"grant_type": ["client_credentials"], "scope": ["kafka"], "audience": ["https://kafka"]}
    kind, _, pair = asked[0].headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(pair)) == ("Basic", b"to%3Acsin:a+secret%2Fwith%2Bsigns")


def test_one_token_is_used_until_it_is_nearly_over(endpoint):
    numbers = count(1)
    url, _ = endpoint(lambda _: token(next(numbers), expires_in="300"))
    clock = Clock()
    source = TokenSource(client(url), clock)

    first = [source.token() for _ in range(3)]
    clock.now += 239
    still = source.token()
    clock.now += 2

    assert {*first, still} == {"token-1"}
    assert source.token() == "token-2"


def test_the_life_of_a_token_that_does_not_say_it_is_read_in_the_token(endpoint):
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + 1000}).encode()).rstrip(b"=").decode()
    url, asked = endpoint(lambda _: Response(json.dumps({"access_token": f"e30.{claims}.x"})))
    clock = Clock()
    source = TokenSource(client(url), clock)

    source.token()
    clock.now += 700
    source.token()
    assert len(asked) == 1
    clock.now += 150
    source.token()

    assert len(asked) == 2


def test_a_token_that_is_still_good_is_used_while_the_endpoint_is_away(endpoint):
    answers = iter([token(expires_in=300)])
    url, _ = endpoint(lambda _: next(answers, refusal(503)))
    clock = Clock()
    source = TokenSource(client(url), clock)

    source.token()
    clock.now += 250

    assert source.token() == "token-1"
    clock.now += 60
    with pytest.raises(KafkaUnavailableError, match="HTTP 503"):
        source.token()


def test_an_endpoint_that_wants_the_secret_in_the_form_gets_it_there_from_then_on(endpoint):
    def answer(request: Request) -> Response:
        form = parse_qs(request.get_data(as_text=True))
        is_right = form.get("client_secret") == [SECRET] and form.get("client_id") == ["to:csin"]
        return token(expires_in=0) if is_right else refusal(401, error="invalid_client")

    url, asked = endpoint(answer)
    source = TokenSource(client(url))

    assert [source.token(), source.token()] == ["token-1", "token-1"]
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (refusal(401, error="invalid_client", error_description="unknown client"), "invalid_client: unknown client"),
        (refusal(400, error="invalid_scope"), "HTTP 400 \\(invalid_scope\\); check kafka.oauth_client_id"),
        (Response("<html>404</html>", 404, content_type="text/html"), "HTTP 404; check"),
        (Response(json.dumps({"token": "x"}), content_type="application/json"), "gave no access_token"),
        (refusal(401, error=f"bad secret {SECRET}"), "bad secret …"),
    ],
)
def test_a_refusal_names_endpoint_and_reason_and_never_the_secret(endpoint, answer, told):
    url, _ = endpoint(lambda _: answer)

    with pytest.raises(KafkaRefusedError, match=told) as caught:
        TokenSource(client(url)).token()

    assert url in str(caught.value)
    assert SECRET not in str(caught.value)


def test_an_endpoint_that_is_not_there_may_come(endpoint):
    with pytest.raises(KafkaUnavailableError, match="does not answer") as caught:
        TokenSource(client(f"http://127.0.0.1:{free_port()}/token")).token()

    assert not isinstance(caught.value, KafkaRefusedError)


async def test_both_libraries_share_one_token(endpoint):
    numbers = count(1)
    url, _ = endpoint(lambda _: token(next(numbers), expires_in=300))
    mine = client(url, extensions=(("logicalCluster", "lkc-1"),))

    blocking, asynchronous = BlockingTokens(mine), AsyncTokens(mine)

    assert await asynchronous.token() == await asyncio.to_thread(blocking.token) == "token-1"
    assert blocking.extensions() == asynchronous.extensions() == {"logicalCluster": "lkc-1"}


async def test_what_goes_wrong_reaches_aiokafka_as_an_error_that_it_knows(endpoint):
    url, _ = endpoint(lambda _: refusal(401, error="invalid_client"))

    with pytest.raises(SaslAuthenticationFailed, match="invalid_client"):
        await AsyncTokens(client(url, scope="other")).token()
