"""What ``tocsin sources`` tells of a source, from its checkpoint."""

from msgspec.structs import replace

from alerts.cli.sources import STALE_S, row_of
from streams.sources.checkpoint import BadCheckpointError, Checkpoint, Counts
from streams.sources.proving.poster import Posted
from streams.sources.proving.proof import Proven
from streams.sources.source import Health

NOW = 1_772_373_600.0
HEARD = Checkpoint(
    kind="feeds",
    position={"at": 1},
    updated=NOW - 5,
    health=Health(state="live", last_event=NOW - 65, cost="12 posts, $0.06"),
    counts=Counts(received=100, matched=3, emitted=4, dropped=96, holes=1),
)


def test_a_source_that_is_listened_to_is_told_as_it_says():
    row = row_of("news", "feeds", HEARD, NOW)

    assert (row.state, row.matched, row.dropped, row.holes, row.cost) == ("live", 3, 96, 1, "12 posts, $0.06")
    assert row.last_event == "2026-03-01T13:58:55Z"
    assert row.lag_s == 60.0
    assert row.says == ""


def test_a_checkpoint_that_is_old_says_that_nobody_listens_and_not_that_all_is_well():
    row = row_of("news", "feeds", HEARD, NOW + 2 * STALE_S)

    assert row.state == "not_listened"
    assert row.says == "not read for 2m; before that it was live"
    assert row.lag_s is not None
    assert row.lag_s > 2 * STALE_S


def test_what_a_source_waits_for_is_said_also_when_nobody_listens_any_more():
    waiting = replace(HEARD, health=Health(state="waiting", says="503 Service Unavailable"))

    assert row_of("news", "feeds", waiting, NOW).says == "503 Service Unavailable"
    assert row_of("news", "feeds", waiting, NOW + 3600).says.endswith(
        "before that it was waiting: 503 Service Unavailable"
    )


def test_a_source_that_nobody_ever_listened_to_says_what_to_do():
    row = row_of("news", "feeds", None, NOW)

    assert (row.state, row.last_event) == ("never", None)
    assert "run `tocsin listen`" in row.says


def test_a_checkpoint_that_cannot_be_read_is_a_failure_and_not_left_out():
    row = row_of("news", "feeds", BadCheckpointError("source news: of a later version"), NOW)

    assert (row.state, row.says) == ("failed", "source news: of a later version")


def test_a_source_that_is_proven_says_so_and_one_that_is_not_configured_to_be_says_nothing():
    proven = replace(HEARD, proof=Proven(is_heard=True, heard_at=NOW - 60))

    assert row_of("news", "feeds", HEARD, NOW).proof is None
    assert row_of("news", "feeds", replace(HEARD, proof=Proven()), NOW).proof == "due"
    row = row_of("news", "feeds", proven, NOW)
    assert (row.proof, row.proof_heard, row.proof_refused, row.says) == ("heard", "2026-03-01T13:59:00Z", "", "")


def test_that_our_post_was_not_heard_is_another_thing_than_that_it_was_not_posted():
    posted = Posted(mark="tocsin-proof-1", id="at://did:plc:northside/app.bsky.feed.post/3l")
    missed = replace(HEARD, proof=Proven(is_heard=False, posted=posted, heard_at=NOW - 3600))
    refused = replace(HEARD, proof=Proven(is_heard=True, refused="429 Too Many Requests"))

    assert row_of("b", "bluesky", missed, NOW).says == (
        "our own post (at://did:plc:northside/app.bsky.feed.post/3l) was not heard in time; the last that was heard "
        "came at 2026-03-01T13:00:00Z"
    )
    row = row_of("b", "bluesky", refused, NOW)
    assert row.proof == "heard"
    assert row.says.endswith("nobody knows whether one would be heard: 429 Too Many Requests")


def test_texts_that_a_licence_withholds_are_told_beside_what_is_wrong():
    withheld = replace(
        HEARD, health=Health(state="waiting", says="503"), counts=Counts(received=9, withheld=1204, unplaced=3)
    )

    row = row_of("suite", "meltwater", withheld, NOW)

    assert (row.withheld, row.unplaced) == (1204, 3)
    assert row.says.startswith("503; 1,204 posts came without their text, by licence: they count, and are not scored")
    assert "3 more came without text and count for no brand" in row.says
