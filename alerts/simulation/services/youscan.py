"""YouScan's side of a webhook: one mention a request, any 2xx acknowledges it, null fields are left out."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import aiohttp

from alerts.errors import AlertsError

ANSWER_S = 240.0
"""So long it waits for an answer."""


class SimulatedYouScan:
    """The webhook of one topic.

    Parameters
    ----------
    target_url
        Where it posts to.
    topic
        Number and name.
    """

    def __init__(self, target_url: str, *, topic: tuple[int, str] = (4711, "Northside Hospital")) -> None:
        if not target_url.startswith(("https://", "http://")):
            raise AlertsError("YouScan: the webhook's address begins with https://")
        self._target_url = target_url
        self._topic = topic
        self._numbers = itertools.count(241_032_672)
        self.delivered: list[int] = []
        self.failed: list[int] = []

    def mention(self, at: float, text: str, *, source: str = "facebook.com", **more: Any) -> dict[str, Any]:
        """Return a mention; one of X comes without text, address and author, those of Reddit and Quora not at all.

        Raises
        ------
        AlertsError
            Where YouScan pushes nothing of such a source.
        """
        if source in {"reddit.com", "quora.com"}:
            raise AlertsError(f"YouScan: nothing of {source} is pushed")
        number = next(self._numbers)
        found = {
            "topicId": self._topic[0],
            "topicName": self._topic[1],
            "themeId": self._topic[0],
            "themeName": self._topic[1],
            "mentionId": number,
            "published": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "addedAt": datetime.fromtimestamp(at + 300, UTC).strftime("%Y-%m-%dT%H:%M:%S.9506137Z"),
            "sourceName": source,
            "sentiment": "negative",
            "postType": "post",
            "resourceType": "social",
            "spam": False,
            "language": "eng",
            "likes": 12,
            "comments": 3,
            "postId": f"post-{number}",
            "discussionId": f"post-{number}",
        }
        if source not in {"twitter.com", "x.com"}:
            found |= {
                "url": f"https://{source}/posts/{number}",
                "title": "What <b>Northside</b> did",
                "text": text,
                "author": {
                    "name": "Elena T.",
                    "nickname": "elena",
                    "url": f"https://{source}/elena",
                    "subscribers": 90,
                },
            }
        found |= more
        return {name: value for name, value in found.items() if value is not None}

    async def push(self, mention: dict[str, Any]) -> int:
        """Post one mention; return the status of the answer."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as session,
            session.post(
                self._target_url, data=json.dumps(mention), headers={"Content-Type": "application/json"}
            ) as response,
        ):
            status = response.status
        (self.delivered if 200 <= status < 300 else self.failed).append(mention["mentionId"])
        return status
