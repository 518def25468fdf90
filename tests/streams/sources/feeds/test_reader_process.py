"""A document that cannot be read keeps nothing else from being read."""

import asyncio
import signal

import pytest

from streams.sources.feeds.listing import FeedFormatError
from streams.sources.feeds.reader_process import Asked, ReaderProcess, read_once
from tests.patience import PATIENCE_S

FEED = b'<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>one</title></item></channel></rss>'
ENDLESS = FEED.replace(b"<guid>", b"<author>" + b"a." * 60_000 + b"@" + b"a." * 60_000 + b"</author><guid>")
URL = "https://e.example/feed"


@pytest.fixture
async def reader():
    reader = ReaderProcess(limit_s=PATIENCE_S)
    yield reader
    await reader.close()


async def test_documents_are_read_one_after_the_other(reader):
    listings = await asyncio.gather(*(reader.read(FEED, url=URL) for _ in range(5)))

    assert [listing.entries[0].title for listing in listings] == ["one"] * 5


async def test_what_is_no_feed_is_refused_and_the_next_is_read(reader):
    with pytest.raises(FeedFormatError, match="a web page"):
        await reader.read(b"<html></html>", url=URL)

    assert (await reader.read(FEED, url=URL)).title == "T"


async def test_a_document_that_takes_too_long_is_refused_and_the_next_is_read():
    reader = ReaderProcess(limit_s=2.0)
    with pytest.raises(FeedFormatError, match="more than 2 s"):
        await reader.read(ENDLESS, url=URL)

    assert (await reader.read(FEED, url=URL)).title == "T"
    await reader.close()


async def test_a_process_that_stood_still_for_longer_than_a_document_may_take_is_waited_for():
    reader = ReaderProcess(limit_s=1.0)
    await reader.read(FEED, url=URL)
    process = reader._process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    reading = asyncio.create_task(reader.read(FEED, url=URL))
    await asyncio.sleep(1.5)
    assert not reading.done()

    process.send_signal(signal.SIGCONT)

    assert (await reading).title == "T"
    await reader.close()


def test_a_document_that_is_read_once_may_take_no_longer_either():
    with pytest.raises(FeedFormatError, match="more than 2 s"):
        read_once(Asked(URL, "", ENDLESS), limit_s=2.0)


async def test_others_go_on_while_a_document_takes_its_time(reader):
    reading = asyncio.create_task(reader.read(ENDLESS, url=URL))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not reading.done()

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert (await reader.read(FEED, url=URL)).title == "T"


async def test_a_process_that_died_is_replaced(reader):
    await reader.read(FEED, url=URL)
    reader._process.kill()
    with pytest.raises(FeedFormatError):
        await reader.read(FEED, url=URL)

    assert (await reader.read(FEED, url=URL)).title == "T"


async def test_a_closed_reader_leaves_no_process(reader):
    await reader.read(FEED, url=URL)
    process = reader._process

    await reader.close()

    assert process.returncode is not None
