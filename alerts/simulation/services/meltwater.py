"""Meltwater's side of a data stream: batches of documents; 200 is expected, and nothing is posted again."""

import hashlib
import hmac
import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import aiohttp

from alerts.errors import AlertsError

MeltwaterFault = Literal["cut", "legacy", "other_signature", "nulls"]
"""How a push goes wrong: a body that breaks off; documents of the legacy CSV template; a signature by another secret;
fields that are null where the documentation says that they are there."""
ANSWER_S = 30.0


class SimulatedMeltwater:
    """One data stream ("hook") of one saved search.

    Parameters
    ----------
    target_url
        Where it posts to.
    search
        Number and name of the saved search.
    hook_secret
        The X-Hook-Secret, 16 to 64 characters; one that nobody knows, where it is empty.
    """

    def __init__(
        self, target_url: str, *, search: tuple[int, str] = (2382415, "Northside"), hook_secret: str = ""
    ) -> None:
        if not target_url.startswith(("https://", "http://")):
            raise AlertsError("Meltwater: target_url must be the address of an endpoint that takes POST")
        if hook_secret and not 16 <= len(hook_secret) <= 64:
            raise AlertsError("Meltwater: X-Hook-Secret must be between 16 and 64 characters")
        self._target_url = target_url
        self._search = search
        self._secret = hook_secret or "nobody-was-told-this-one"
        self._numbers = itertools.count(1)
        self.delivered: list[str] = []
        self.lost: list[str] = []
        self.answers: list[tuple[int, str]] = []

    def news(self, at: float, text: str, **more: Any) -> dict[str, Any]:
        """Return a document of a newspaper, in the template ``api.json``."""
        number = next(self._numbers)
        return {
            "id": f"{int(at * 1000)}_{number:027d}",
            "published_date": _moment(at),
            "indexed_date": _moment(at + 240),
            "url": f"https://news.example/{number}",
            "source": {"name": "The Northside Herald", "type": "online_news", "information_type": "news"},
            "content": {"title": "A report", "opening_text": "The council met on Monday.", "byline": "A. Reporter"},
            "author": {"name": "A. Reporter"},
            "matched": {"hit_sentence": text, "inputs": [self._input()]},
            "enrichments": {"language_code": "en", "sentiment": "negative"},
            "location": {"country_code": "gb"},
            **more,
        }

    def post_of_x(self, at: float, **more: Any) -> dict[str, Any]:
        """Return a document of X as the licence lets it out: without text, address and author."""
        number = next(self._numbers)
        return {
            "id": f"{int(at * 1000)}_{number:027d}",
            "external_id": f"{1781005504061268000 + number}",
            "published_date": _moment(at),
            "source": {"name": "X", "type": "social", "information_type": "social"},
            "matched": {"inputs": [self._input()]},
            "enrichments": {"language_code": "en"},
            **more,
        }

    async def push(self, documents: Sequence[dict[str, Any]], fault: MeltwaterFault | None = None) -> int:
        """Post a batch once; return the status of the answer.

        Raises
        ------
        AlertsError
            Where there is no such fault.
        """
        if fault is not None and fault not in get_args(MeltwaterFault):
            raise AlertsError(f"Meltwater: no fault {fault}; known: {', '.join(get_args(MeltwaterFault))}")
        body = self._body(documents, fault)
        secret = "somebody-elses-secret" if fault == "other_signature" else self._secret
        signature = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature": signature}
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self._target_url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            self.answers.append((response.status, await response.text()))
        ids = [document["id"] for document in documents]
        (self.delivered if self.answers[-1][0] == 200 else self.lost).extend(ids)
        return self.answers[-1][0]

    def _body(self, documents: Sequence[Any], fault: MeltwaterFault | None) -> bytes:
        if fault == "legacy":
            documents = ["26-Aug-2021 08:57AM\tA report\thttps://news.example/1" for _ in documents]
        if fault == "nulls":
            documents = [
                {**document, "author": None, "content": {"title": None}, "matched": None} for document in documents
            ]
        request = {"company_id": "58d5abcd", "hook_id": "hook-1", "inputs": [self._input()]}
        body = json.dumps({"request": request, "documents": list(documents)}).encode()
        return body[: len(body) // 2] if fault == "cut" else body

    def _input(self) -> dict[str, Any]:
        return {"id": self._search[0], "name": self._search[1], "type": "search"}


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
