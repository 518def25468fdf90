"""Fetches the token that OAUTHBEARER shows to Kafka, keeps it while it is good, and renews it before it ends."""

import asyncio
import base64
import json
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote_plus

import httpx
import structlog
from aiokafka.abc import AbstractTokenProvider as AsyncTokenProvider
from aiokafka.errors import SaslAuthenticationFailed
from kafka.net.sasl.oauth import AbstractTokenProvider as BlockingTokenProvider

from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.access.tls import ClientContext, client_context
from streams.kafka.security import OAuthClient

_log = structlog.get_logger(__name__)

_ANSWER_S = 10.0
_RENEW_AT = 0.8
"""Share of its life after which a token is renewed; as the Java client does."""
_LIFE_S = 300.0
"""Of a token that does not say how long it is good."""
_TRY_AGAIN_S = 10.0
_LONGEST_DETAIL = 300
_OTHER_WAY = frozenset({400, 401})
"""What endpoints answer that want the secret in the form, and not in the header."""


class TokenSource:
    """The token of one client; safe to use from several threads.

    Parameters
    ----------
    client
        Whom it is for, and where it is had.
    now
        A clock that only goes forward, seconds.
    """

    def __init__(self, client: OAuthClient, now: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self._now = now
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = self._ends_at = 0.0
        self._secret_in_form = False

    def token(self) -> str:
        """Return a token that is good.

        Raises
        ------
        KafkaRefusedError
            Where the endpoint refuses.
        KafkaUnavailableError
            Where it does not answer.
        """
        with self._lock:
            if self._now() < self._renew_at:
                return self._token
            try:
                self._fetch()
            except KafkaUnavailableError as error:
                if self._now() >= self._ends_at:
                    raise
                self._renew_at = min(self._now() + _TRY_AGAIN_S, self._ends_at)
                _log.warning("cannot renew the Kafka token; using the old one", error=str(error))
            return self._token

    def _fetch(self) -> None:
        asked_at = self._now()
        response = self._ask()
        if response.status_code in _OTHER_WAY:
            self._secret_in_form = not self._secret_in_form
            other = self._ask()
            if other.is_success:
                response = other
            else:
                self._secret_in_form = not self._secret_in_form
        answer = self._read(response)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token or not token.isprintable():
            raise KafkaRefusedError(f"{self._where()} gave no access_token; is it a token endpoint?")
        life_s = _life_s(token, answer.get("expires_in"))
        self._token, self._ends_at, self._renew_at = token, asked_at + life_s, asked_at + _RENEW_AT * life_s

    def _ask(self) -> httpx.Response:
        client = self.client
        form = {"grant_type": "client_credentials", **dict(client.parameters)}
        if client.scope:
            form["scope"] = client.scope
        header = {"Accept": "application/json"}
        if self._secret_in_form:
            form |= {"client_id": client.client_id, "client_secret": client.client_secret}
        else:
            # RFC 6749, 2.3.1: both are form-encoded first.
            pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
            header["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        try:
            return httpx.post(
                client.token_url, data=form, headers=header, timeout=_ANSWER_S, verify=token_context(client)
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            why = f"{type(error).__name__}: {error}"
            if "CERTIFICATE_VERIFY_FAILED" in why:
                raise KafkaRefusedError(
                    f"{self._where()} shows a certificate that is not trusted ({error}); set kafka.oauth_ca_file"
                ) from error
            raise KafkaUnavailableError(
                f"{self._where()} does not answer ({why}); correct kafka.oauth_token_url, or wait for it"
            ) from error

    def _read(self, response: httpx.Response) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if response.is_success and isinstance(answer, dict):
            return answer
        detail = _detail(answer, response)
        # What was sent may come back in the answer.
        for secret in {self.client.client_secret, quote_plus(self.client.client_secret)} - {""}:
            detail = detail.replace(secret, "…")
        refusal = (
            f"{self._where()} gave no token to client {self.client.client_id}: HTTP {response.status_code}{detail}"
        )
        if response.status_code in {408, 425, 429} or response.status_code >= 500:
            raise KafkaUnavailableError(f"{refusal}; it may do so later")
        raise KafkaRefusedError(
            f"{refusal}; check kafka.oauth_client_id, oauth_client_secret, oauth_scope and oauth_token_url"
        )

    def _where(self) -> str:
        return f"the token endpoint {self.client.token_url}"


def _life_s(token: str, expires_in: object) -> float:
    try:
        return max(float(str(expires_in)), 0.0)
    except ValueError:
        pass
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return max(float(claims["exp"]) - time.time(), 0.0)
    except (ValueError, LookupError, TypeError):
        return _LIFE_S


def _detail(answer: object, response: httpx.Response) -> str:
    if isinstance(answer, dict):
        parts = [str(answer[name]) for name in ("error", "error_description", "message") if answer.get(name)]
        detail = ": ".join(parts)
    else:
        detail = "" if "html" in response.headers.get("content-type", "") else response.text
    detail = " ".join(detail.split())[:_LONGEST_DETAIL]
    return f" ({detail})" if detail else ""


def token_context(client: OAuthClient) -> ClientContext:
    """Return how the endpoint of a client's tokens is spoken to."""
    return client_context(client.ca, whose="oauth")


@cache
def token_source(client: OAuthClient) -> TokenSource:
    """Return the one source of a client's tokens in this process."""
    return TokenSource(client)


class BlockingTokens(BlockingTokenProvider):
    """Tokens as kafka-python takes them."""

    def __init__(self, client: OAuthClient) -> None:
        super().__init__()
        self._source = token_source(client)

    def token(self) -> str:
        """Return a token that is good."""
        return self._source.token()

    def extensions(self) -> dict[str, str]:
        """Return what is told to the broker beside the token."""
        return dict(self._source.client.extensions)


class AsyncTokens(AsyncTokenProvider):
    """Tokens as aiokafka takes them."""

    def __init__(self, client: OAuthClient) -> None:
        self._source = token_source(client)

    async def token(self) -> str:
        """Return a token that is good."""
        try:
            return await asyncio.to_thread(self._source.token)
        except KafkaUnavailableError as error:
            # aiokafka lets out what it does not know, from tasks that nobody looks at.
            raise SaslAuthenticationFailed(str(error)) from error

    def extensions(self) -> dict[str, str]:
        """Return what is told to the broker beside the token."""
        return dict(self._source.client.extensions)
