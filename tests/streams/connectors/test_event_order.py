"""Whatever order files stand in, their mentions come in that of event time."""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.event_order import in_event_order
from streams.mention import Mention
from tests.streams.story import NOON

NOW = NOON + 1_000_000


class Source:
    """Yields what it was given."""

    name = "source"

    def __init__(self, items: Sequence[Mention | Refused]) -> None:
        self._items = items

    def read(self):
        yield from self._items


def post(number: int, at: float, *, deleted: bool = False) -> Mention:
    published = dt.datetime.fromtimestamp(NOON + at, dt.UTC)
    return Mention(id=f"p{number}", published=published, content=f"text {number}", deleted=deleted)


def ordered(*sources: Sequence[Mention | Refused], in_memory: int = 1 << 20) -> list[Mention | Refused]:
    return list(in_event_order([Source(items) for items in sources], now_s=NOW, in_memory=in_memory))


@given(st.lists(st.lists(st.integers(0, 20), max_size=12), max_size=3), st.integers(1, 20_000))
@settings(deadline=None, max_examples=30)
def test_mentions_come_by_time_and_those_of_one_time_as_they_stood_however_little_memory_there_is(files, in_memory):
    sources = [[post(100 * place + i, at) for i, at in enumerate(times)] for place, times in enumerate(files)]
    everything = [mention for source in sources for mention in source]

    assert ordered(*sources, in_memory=in_memory) == sorted(everything, key=lambda mention: mention.published)


def test_what_is_refused_is_told_as_it_is_read():
    bad = Refused(origin="x:1", reason="json", detail="", data=b"")

    assert ordered([post(1, 5), bad, post(2, 1)]) == [bad, post(2, 1), post(1, 5)]


def test_a_mention_of_the_future_is_refused_and_makes_nothing_late():
    far = Mention(id="far", published=dt.datetime(2062, 1, 1, tzinfo=dt.UTC), content="")

    refused, *rest = ordered([post(1, 5), far, post(2, 6)])

    assert isinstance(refused, Refused)
    assert (refused.origin, refused.reason) == ("far", "future")
    assert rest == [post(1, 5), post(2, 6)]


@pytest.mark.parametrize("guess", [-1_000_000, 0, 2_000_000])
@pytest.mark.parametrize("in_memory", [1, 1 << 20])
def test_a_take_down_stays_behind_what_stood_before_it_whatever_time_it_guesses(guess, in_memory):
    gone = post(1, guess, deleted=True)

    assert ordered([post(1, 5), gone, post(2, 6)], in_memory=in_memory) == [post(1, 5), gone, post(2, 6)]


def test_a_folder_without_room_is_named(monkeypatch):
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: (_ for _ in ()).throw(OSError(28, "No space left")))

    with pytest.raises(ConnectorError, match="No space left; set TMPDIR"):
        ordered([post(1, 5)], in_memory=1)


@pytest.mark.parametrize("in_memory", [1, 1 << 20])
def test_how_many_there_are_is_known_before_the_first_is_given(in_memory):
    posts = [post(number, -number) for number in range(7)]
    told: list[int] = []

    given_ = in_event_order([Source(posts)], now_s=NOW, in_memory=in_memory, when_read=told.append)

    assert next(given_) == posts[-1]
    assert told == [7]
