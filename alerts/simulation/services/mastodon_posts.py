"""The posts of a simulated Mastodon: its database, and their JSON."""

import datetime as dt
from html import escape
from typing import Any

import msgspec
from msgspec import Struct

SEQUENCE_BITS = 16


class SimulatedPost(Struct, kw_only=True):
    """A post as the server has it."""

    local_id: int
    is_local: bool
    created_s: float
    arrived_s: float
    account: dict[str, Any]
    status: dict[str, Any]
    tags: tuple[str, ...]
    is_reply_to_other: bool = False
    is_deleted: bool = False
    is_held: bool = False
    """Whether it has come into no timeline yet."""
    edited_s: float | None = None

    @property
    def timelines(self) -> tuple[str, ...]:
        """Return where it is shown: answers to others in hashtags alone."""
        if (
            self.is_held
            or self.status["visibility"] != "public"
            or self.account.get("limited")
            or self.account.get("suspended")
        ):
            return ()
        public = () if self.is_reply_to_other else ("public", "local" if self.is_local else "remote")
        return (*public, *(f"#{tag}" for tag in self.tags))

    def as_object(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            **self.status,
            "created_at": stamp(self.created_s),
            "edited_at": None if self.edited_s is None else stamp(self.edited_s),
            "account": self.account,
        }

    def payload(self) -> bytes:
        """Return it as the stream sends it."""
        return msgspec.json.encode(self.as_object())


def stamp(seconds: float) -> str:
    """Return a moment as Mastodon writes it."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def account_object(name: str, host: str, *, is_local: bool, **more: Any) -> dict[str, Any]:
    """Return an account as JSON; ``noindex`` is told of the server's own alone."""
    account: dict[str, Any] = {
        "id": "1",
        "username": name,
        "acct": name if is_local else f"{name}@{host}",
        "display_name": name.title(),
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "note": "<p>Hello.</p>",
        "url": f"https://{host}/@{name}",
        "uri": f"https://{host}/users/{name}",
        "followers_count": 5,
        "fields": [],
        "emojis": [],
    }
    if is_local:
        account["noindex"] = False
    return account | more


def status_object(local_id: int, account: dict[str, Any], text: str, number: int, **more: Any) -> dict[str, Any]:
    """Return a post as JSON, but for its times and its account."""
    return {
        "id": str(local_id),
        "uri": f"{account['uri']}/statuses/{number}",
        "url": f"{account['url']}/{number}",
        "content": f"<p>{escape(text)}</p>",
        "spoiler_text": "",
        "sensitive": False,
        "visibility": "public",
        "language": "en",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        "quote": None,
        "poll": None,
        "card": None,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        **more,
    }
