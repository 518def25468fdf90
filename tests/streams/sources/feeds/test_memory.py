"""What was seen of a feed, in few bytes."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.outgoing import MAX_BYTES
from streams.sources.feeds.identity import identify
from streams.sources.feeds.listing import MOST_ENTRIES, Entry
from streams.sources.feeds.memory import LISTED_BYTES, Memory
from streams.sources.feeds.settings import MOST_FEEDS
from streams.sources.feeds.state import POSITION_BYTES, FeedState, fair_bytes


def entries(*numbers: int, text: str = "said"):
    return identify([Entry(guid=f"{number}", text=f"{text} {number}") for number in numbers], "feed")


@given(st.lists(st.lists(st.integers(0, 60), max_size=12, unique=True), max_size=12))
def test_an_entry_is_new_once_whatever_is_listed_when(listings):
    memory, seen = Memory(), set()
    for listing in listings:
        memory = Memory.read(*memory.written(), memory.longest)
        found = memory.take(entries(*listing))

        assert [novelty == "new" for novelty in found] == [number not in seen for number in listing]
        seen |= set(listing)


def test_five_times_the_longest_listing_are_remembered():
    memory = Memory()
    for start in range(0, 1000, 20):
        memory.take(entries(*range(start, start + 20)))

    assert len(memory) == 100
    assert memory.take(entries(900)) == ["known"]
    assert memory.take(entries(100)) == ["new"]


def test_a_small_feed_is_remembered_for_long():
    memory = Memory()
    for number in range(50):
        memory.take(entries(number))

    assert memory.take(entries(1)) == ["known"]


def test_an_edit_is_known_after_a_restart():
    memory = Memory()
    memory.take(entries(1, 2))
    memory = Memory.read(*memory.written(), memory.longest)

    assert memory.take([*entries(1), *entries(2, text="other")]) == ["known", "edited"]


def test_new_names_for_old_texts_are_no_news_and_a_new_text_among_them_is():
    memory = Memory()
    memory.take(identify([Entry(guid=f"old-{i}", text=f"text {i}") for i in range(5)], "feed"))

    renamed = identify([Entry(guid=f"new-{i}", text=f"text {i}") for i in range(1, 6)], "feed")

    assert memory.knows_any(renamed)
    assert memory.take(renamed) == ["known"] * 4 + ["new"]


def test_posts_of_one_text_are_posts_of_their_own_beside_others():
    memory = Memory()
    memory.take(identify([Entry(guid="1", text="Down again"), Entry(guid="2", text="Fixed")], "feed"))

    assert (
        memory.take(identify([Entry(guid="3", text="Down again"), Entry(guid="2", text="Fixed")], "feed"))[0] == "new"
    )


def written_bytes(feeds: int, listed: int) -> int:
    memories = []
    for _ in range(feeds):
        memory = Memory()
        # The longest listings, and five times as many entries before.
        for start in range(5):
            memory.take(entries(*range(start * listed, (start + 1) * listed)))
        memories.append(memory)
    most = fair_bytes([memory.wanted_bytes() for memory in memories], feeds)
    state = FeedState(
        etag='W/"' + "x" * 190 + '"', modified="Sun, 29 Nov 2026 10:00:00 GMT", whole_at=1_795_946_400.1,
        polled_at=1_795_946_400.1, next_at=1_795_946_400.1, failures=12, failing_since=1_795_946_400.1, wait_s=3600.0,
        skip_hours=tuple(range(23)), moved_to="https://a-rather-long-host-name.feeds.example.org",
        newest=1_795_946_400.1,
    )  # fmt: skip
    position = {}
    for place, memory in enumerate(memories):
        memory.bound(most)
        position[f"{place:016x}"] = msgspec.to_builtins(state.remembering(memory))
    return len(msgspec.json.encode({"v": 1, "feeds": position}))


def test_the_position_of_two_hundred_ordinary_feeds_keeps_all_of_their_memory_within_a_record():
    assert fair_bytes([50 * LISTED_BYTES + 200 * 5] * 200, 200) == 50 * LISTED_BYTES + 200 * 5
    assert written_bytes(200, 50) < POSITION_BYTES + 50_000


def test_the_position_of_many_long_feeds_stays_within_a_record():
    most = fair_bytes([5 * MOST_ENTRIES * 5] * MOST_FEEDS, MOST_FEEDS)
    listed = most // LISTED_BYTES

    assert written_bytes(MOST_FEEDS, listed) < MAX_BYTES
