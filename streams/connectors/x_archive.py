"""An account's own posts from the archive that X gives it: the zip as it was downloaded, or ``tweets.js`` out of it.

The format is X's own and not documented. Seen in importers published on GitHub, such as ``taupe/__main__.py`` of
github.com/mhucka/taupe: ``window.YTD.tweets.part0 = [{"tweet": {...}}]``, more parts in ``tweets-part1.js``, earlier
``tweet.js``; the account in ``account.js``. Of a repost it has the text alone, ``RT @name: …``; texts are escaped as
HTML.
"""

import html
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from streams.connectors.cell_times import TimeReader
from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.files import Line, named_failures, open_file, open_seekable
from streams.connectors.jsonl import LONGEST, read_values
from streams.errors import BadMentionError
from streams.mention import Author, Mention, decode_mention
from streams.text.networks import reposted

_BEGINNING = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*window\.YTD\.tweets?\.part\d+\s*=\s*")
_POSTS = re.compile(r"(?:.*/)?tweets?(?:-part\d+)?\.js")
_ACCOUNT = "account.js"
_MOST = 1 << 20
"""Bytes read of what the archive says of its account."""


class XArchive:
    """Reads the posts of one account.

    Parameters
    ----------
    source
        Path of the zip, or of ``tweets.js``; who wrote them is read from ``account.js`` beside it.
    """

    name = "x"

    def __init__(self, source: str) -> None:
        self.source = source
        self._times = TimeReader()

    def read(self) -> Iterator[Mention | Refused]:
        """Yield each post, or why it is none.

        Raises
        ------
        ConnectorError
            Where the file cannot be opened, breaks off, or is no such archive.
        """
        if Path(self.source).name.lower().endswith(".zip"):
            yield from self._of_zip()
            return
        beside = Path(self.source).with_name(_ACCOUNT)
        author = _author(beside.read_bytes()[:_MOST]) if beside.is_file() else None
        with open_file(self.source) as file:
            yield from self._posts(file, self.source, author)

    def _of_zip(self) -> Iterator[Mention | Refused]:
        try:
            with open_seekable(self.source) as file, zipfile.ZipFile(file) as archive:
                parts = sorted(name for name in archive.namelist() if _POSTS.fullmatch(name))
                if not parts:
                    raise ConnectorError(
                        f"{self.source}: this zip holds no data/tweets.js, as X's archive does; unpack it, and give "
                        "the file that is in it"
                    )
                account = next((name for name in archive.namelist() if Path(name).name == _ACCOUNT), "")
                author = _author(archive.open(account).read(_MOST)) if account else None
                for part in parts:
                    with archive.open(part) as posts:
                        yield from self._posts(posts, f"{self.source}/{part}", author)
        except (zipfile.BadZipFile, RuntimeError) as error:
            raise ConnectorError(
                f"{self.source}: the zip is cut off, damaged or protected ({error}); download it again"
            ) from error

    def _posts(self, lines: Any, origin: str, author: Author | None) -> Iterator[Mention | Refused]:
        line = Line()
        with named_failures(origin, line):
            first = lines.readline(LONGEST)
            line.number = 1
            begun = _BEGINNING.match(first)
            if begun is None:
                raise ConnectorError(f"{origin}:1: this is no tweets.js of X's archive; give that, or the whole zip")
            for value, at in read_values(first[begun.end() :], lines, line, origin, between=" \t\r\n,;"):
                try:
                    yield decode_mention(json.dumps(self._record(value, author)).encode())
                except BadMentionError as error:
                    yield Refused.because(error, at, value)

    def _record(self, value: bytes, author: Author | None) -> dict[str, Any]:
        try:
            tweet = json.loads(value)
            tweet = tweet.get("tweet", tweet)
            number, content = str(tweet["id_str"]), html.unescape(tweet["full_text"])
            record = {
                "id": number,
                "published": self._times.read(tweet["created_at"]).isoformat(),
                "content": content,
                "source": "twitter",
                "url": f"https://x.com/{author.id if author else 'i'}/status/{number}",
                "language": tweet.get("lang", ""),
                "author": msgspec.to_builtins(author),
                "in_reply_to": tweet.get("in_reply_to_status_id_str"),
                "repost_of": reposted(content),
                "tags": [tag["text"] for tag in tweet.get("entities", {}).get("hashtags", ())],
                "likes": int(tweet.get("favorite_count", 0)),
                "reposts": int(tweet.get("retweet_count", 0)),
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadMentionError(
                "schema", f"this is no post of X's archive ({type(error).__name__}: {error})"
            ) from error
        return {field: value for field, value in record.items() if value or field == "content"}


def _author(data: bytes) -> Author | None:
    """Return whose archive it is, by what it says of the account; ``None`` where it says nothing."""
    with suppress(ValueError, KeyError, IndexError, TypeError):
        account = json.loads(data.partition(b"=")[2])[0]["account"]
        name = str(account["username"])
        return Author(id=name, name=str(account.get("accountDisplayName", "")), url=f"https://x.com/{name}")
    return None
