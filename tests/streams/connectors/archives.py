"""An archive as X gives it to an account; what it says is made up."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

TWEETS: list[dict[str, Any]] = [
    {
        "edit_info": {"initial": {"editTweetIds": ["12"]}}, "retweeted": False, "id": "12", "id_str": "12",
        "favorite_count": "5", "retweet_count": "2", "created_at": "Tue Mar 03 12:00:01 +0000 2026", "lang": "en",
        "full_text": "A&amp;E is open again #northside", "truncated": False,
        "entities": {"hashtags": [{"text": "northside", "indices": ["0", "9"]}], "urls": [], "user_mentions": []},
    },
    {
        "id_str": "13", "favorite_count": "0", "retweet_count": "0", "created_at": "Tue Mar 03 12:00:09 +0000 2026",
        "lang": "en", "full_text": "RT @ann: shameful northside", "entities": {"hashtags": []},
    },
    {
        "id_str": "14", "favorite_count": "0", "retweet_count": "0", "created_at": "Tue Mar 03 12:01:00 +0000 2026",
        "lang": "en", "full_text": "@ann we are sorry, northside", "in_reply_to_status_id_str": "11",
    },
]  # fmt: skip
ACCOUNT = {"username": "northsidenhs", "accountId": "9", "accountDisplayName": "Northside", "email": "a@example.org"}
ACCOUNT_JS = f"window.YTD.account.part0 = {json.dumps([{'account': ACCOUNT}])}".encode()


def tweets_js(tweets: Sequence[Any], part: int = 0, indent: int | None = 2) -> bytes:
    wrapped = [{"tweet": tweet} for tweet in tweets]
    return f"window.YTD.tweets.part{part} = {json.dumps(wrapped, indent=indent)}".encode()


def x_archive(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
