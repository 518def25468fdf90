"""X's archive of an account reads as the account's posts."""

import datetime as dt
import json
from pathlib import Path

import pytest

from streams.connectors.choose import TableOptions, choose_connector
from streams.connectors.connector import ConnectorError, Refused
from streams.mention import Author, Mention
from tests.streams.connectors.archives import ACCOUNT_JS, TWEETS, tweets_js, x_archive

NORTHSIDE = Author(id="northsidenhs", name="Northside", url="https://x.com/northsidenhs")


def read(folder: Path, data: bytes, name: str = "tweets.js") -> list[Mention | Refused]:
    (folder / name).write_bytes(data)
    return list(choose_connector(str(folder / name)).read())


def mentions(folder: Path, data: bytes, name: str = "tweets.js") -> list[Mention]:
    items = read(folder, data, name)
    assert not [item for item in items if isinstance(item, Refused)]
    return [item for item in items if isinstance(item, Mention)]


def test_the_zip_reads_as_the_accounts_posts(tmp_path):
    data = x_archive({"data/account.js": ACCOUNT_JS, "data/tweets.js": tweets_js(TWEETS)})

    post, repost, answer = mentions(tmp_path, data, "twitter-2026-03-04.zip")

    assert post == Mention(
        id="12", published=dt.datetime(2026, 3, 3, 12, 0, 1, tzinfo=dt.UTC), content="A&E is open again #northside",
        source="twitter", url="https://x.com/northsidenhs/status/12", language="en", author=NORTHSIDE,
        tags=("northside",), likes=5, reposts=2,
    )  # fmt: skip
    assert (repost.repost_of, answer.repost_of) == ("https://x.com/ann", "")
    assert answer.in_reply_to == "11"


def test_the_parts_of_a_large_archive_are_read_and_nothing_beside_them(tmp_path):
    files = {
        "data/tweets.js": tweets_js(TWEETS[:1]),
        "data/tweets-part1.js": tweets_js(TWEETS[1:], part=1),
        "data/deleted-tweets.js": tweets_js(TWEETS, part=0),
        "data/tweet-headers.js": b"window.YTD.tweet_headers.part0 = []",
        "data/tweets_media/12-a.jpg": b"\xff\xd8",
    }

    assert sorted(mention.id for mention in mentions(tmp_path, x_archive(files), "x.zip")) == ["12", "13", "14"]


@pytest.mark.parametrize("indent", [2, None], ids=["over lines", "in one line"])
@pytest.mark.parametrize("ending", [b"", b"\n", b";\n"])
@pytest.mark.parametrize("name", ["tweets", "tweet"])
def test_tweets_js_is_read_however_it_is_laid_out(tmp_path, indent, ending, name):
    data = tweets_js(TWEETS * 2_000, indent=indent).replace(b"YTD.tweets.", f"YTD.{name}.".encode()) + ending

    assert len(mentions(tmp_path, data)) == 6_000


def test_who_wrote_it_is_read_from_beside_tweets_js(tmp_path):
    (tmp_path / "account.js").write_bytes(ACCOUNT_JS)

    assert {mention.author for mention in mentions(tmp_path, tweets_js(TWEETS))} == {NORTHSIDE}


@pytest.mark.parametrize("account", [b"", b"window.YTD.account.part0 = []", b"window.YTD.account.part0 = {not json"])
def test_an_archive_that_does_not_say_whose_it_is_is_read_without(tmp_path, account):
    post, *_ = mentions(tmp_path, x_archive({"data/account.js": account, "data/tweets.js": tweets_js(TWEETS)}), "x.zip")

    assert (post.author, post.url) == (None, "https://x.com/i/status/12")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"id_str": None}, "schema"),
        ({"created_at": "yesterday"}, "timestamp"),
        ({"full_text": 7}, "schema"),
        ({"favorite_count": "many"}, "schema"),
    ],
)
def test_a_post_that_is_none_is_refused_by_itself(tmp_path, broken, reason):
    tweets = [TWEETS[0], TWEETS[1] | broken, TWEETS[2]]
    if broken == {"id_str": None}:
        del tweets[1]["id_str"]

    items = read(tmp_path, tweets_js(tweets))

    assert [item.id for item in items if isinstance(item, Mention)] == ["12", "14"]
    (refused,) = [item for item in items if isinstance(item, Refused)]
    assert refused.reason == reason
    assert refused.origin.startswith(f"{tmp_path}/tweets.js:")
    assert json.loads(refused.data)["tweet"]["full_text"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("tweets.js", b"alert('hello')", "this is no tweets.js of X's archive"),
        ("tweets.js", b"window.YTD.direct_messages.part0 = []", "this is no tweets.js of X's archive"),
        ("x.zip", b"hello", "the zip is cut off, damaged or protected"),
        ("x.zip", x_archive({"data/tweets.js": tweets_js(TWEETS)})[:-40], "the zip is cut off, damaged or protected"),
        (
            "x.zip",
            x_archive({"mentions.csv": b"id"}),
            "this zip holds no data/tweets.js",
        ),
        ("tweets.js", tweets_js(TWEETS)[:-40], "the JSON is broken or breaks off"),
    ],
)
def test_what_is_no_archive_is_refused_with_its_cause(tmp_path, name, data, told):
    with pytest.raises(ConnectorError) as refused:
        read(tmp_path, data, name)

    assert told in str(refused.value)


def test_options_of_tables_are_refused(tmp_path):
    with pytest.raises(ConnectorError, match="are for tables"):
        choose_connector("tweets.js", TableOptions(preset="none"))
