"""Where a stage goes on: from what its state reflects, and never past what nobody has read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.stages.positions import Positions, TopicReplacedError, begin_at, decode_positions, encode_positions

IDS = {"flushes": "a"}


def row(offset: int, topic_id: str = "a") -> Positions:
    return Positions(positions={"flushes": offset}, topic_ids={"flushes": topic_id})


def begin(stored: Positions | None, committed: int | None, first: int = 0, end: int = 100, **options: bool):
    return begin_at("flushes", 0, stored, committed, first, end, IDS, **options)


def test_it_goes_on_from_the_row_and_not_from_what_the_group_says():
    assert begin(row(41), committed=7).offset == 41


def test_without_a_row_it_goes_on_from_what_the_version_before_has_committed():
    assert begin(None, committed=7).offset == 7


def test_without_anything_it_begins_at_the_beginning():
    assert begin(None, committed=None, first=3).offset == 3


def test_where_an_older_version_took_over_and_went_on_its_place_holds_and_is_told():
    found = begin(row(41), committed=50)

    assert (found.offset, found.overtaken) == (50, 9)


def test_what_kafka_deleted_before_it_was_read_is_counted_as_lost():
    found = begin(row(41), committed=None, first=60)

    assert (found.offset, found.lost) == (60, 19)


def test_a_topic_that_is_shorter_than_what_was_read_of_it_is_refused_with_what_to_do():
    with pytest.raises(TopicReplacedError, match=r"partition 0 of flushes ends at 12.*ACCEPT_REPLACED_TOPICS"):
        begin(row(41), committed=41, end=12)


def test_a_topic_that_was_made_anew_is_refused_even_where_it_is_longer():
    with pytest.raises(TopicReplacedError, match=r"is another topic"):
        begin(row(41, topic_id="b"), committed=None)


def test_a_topic_that_was_made_anew_is_read_from_its_beginning_where_that_is_meant():
    assert begin(row(41, topic_id="b"), committed=41, first=2, accept_replaced=True).offset == 2


@given(
    stored=st.none() | st.integers(0, 200),
    committed=st.none() | st.integers(0, 200),
    first=st.integers(0, 100),
    length=st.integers(0, 100),
)
def test_nothing_between_the_state_and_the_place_of_reading_is_passed_over_in_silence(stored, committed, first, length):
    end = first + length
    known = row(stored) if stored is not None else None
    if stored is not None and stored > end:
        with pytest.raises(TopicReplacedError):
            begin(known, committed, first, end)
        return

    found = begin(known, committed, first, end)

    assert found.offset >= first
    if stored is not None:
        assert found.offset == stored + found.overtaken + found.lost


def test_the_row_says_nothing_to_a_reader_that_looks_for_other_fields():
    from alerts.incidents.incident_state import BrandState, decode_state

    assert decode_state(encode_positions(row(5))) == BrandState()
    assert decode_positions(encode_positions(row(5))) == row(5)
