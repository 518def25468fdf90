"""What was sent is known again, by whoever has the source by then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.sent_ids import SMALL, BadRowError, SentIds

POSTS = st.lists(st.lists(st.integers(0, 2000).map(lambda n: f"https://a.example/{n}"), max_size=5), max_size=150)


class Topic(dict[bytes, bytes | None]):
    """A compacted topic: the newest of each key."""

    def write(self, rows: list[tuple[bytes, bytes | None]]) -> None:
        for key, value in rows:
            self.pop(key, None)
            self[key] = value


@given(POSTS, st.sets(st.integers(0, 149)))
def test_what_was_sent_is_known_after_any_change_of_hands(batches, changes):
    topic = Topic()
    sent = SentIds("news")
    told = set()
    for number, batch in enumerate(batches):
        if number in changes:
            sent = SentIds.read("news", topic)
        topic.write(sent.remember(batch))
        told.update(batch)

    read = SentIds.read("news", topic)
    assert all(post in sent and post in read for post in told)
    assert len(sent) == len(read) == len(told)
    assert "https://a.example/never" not in read


def test_what_is_known_is_not_written_again():
    sent = SentIds("news")
    sent.remember(["a", "b"])

    assert sent.remember(["b", "a"]) == []


def test_many_handfuls_take_few_rows():
    topic, sent = Topic(), SentIds("news")
    for number in range(10 * SMALL):
        topic.write(sent.remember([f"post {number}"]))

    assert len(topic) <= SMALL + 10


def test_the_oldest_are_forgotten_where_there_are_too_many_and_that_is_counted():
    topic, sent = Topic(), SentIds("news", most=1000)
    for number in range(300):
        topic.write(sent.remember([f"{number}/{item}" for item in range(10)]))

    assert len(sent) <= 1000 + 10 * SMALL
    assert "299/9" in sent
    assert "0/0" not in sent
    assert sent.given_up == 3000 - len(sent)
    read = SentIds.read("news", topic, most=1000)
    assert "299/9" in read
    assert "0/0" not in read


def test_the_posts_of_another_source_are_not_ones_own():
    topic = Topic()
    topic.write(SentIds("news").remember(["a"]))
    topic.write(SentIds("newspaper").remember(["b"]))

    assert "a" in SentIds.read("news", topic)
    assert "b" not in SentIds.read("news", topic)


@pytest.mark.parametrize(("key", "value"), [(b"news/s0", b"123"), (b"news/x0", b"12345678"), (b"news/l", b"12345678")])
def test_a_row_that_is_none_is_not_taken_for_one(key, value):
    with pytest.raises(BadRowError):
        SentIds.read("news", {key: value})


def test_a_text_that_was_cut_inside_a_character_may_be_an_id():
    sent = SentIds("news")
    sent.remember(["\ud83d"])

    assert "\ud83d" in sent
