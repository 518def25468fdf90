"""What a mention may look like, and what is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import BadMentionError
from streams.mention import (
    EARLIEST,
    LATEST,
    MAX_BYTES,
    Author,
    Mention,
    decode_mention,
    encode_mention,
    parse_mentions_array,
)
from tests.streams.story import unhurried

POST = {"id": "https://example.org/p/1", "published": "2011-07-12T15:00:00.250+02:00", "content": "Cancelled."}


def encoded(**changes: object) -> bytes:
    return json.dumps({**POST, **changes}).encode()


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def refusal(data: bytes) -> BadMentionError:
    with pytest.raises(BadMentionError) as refused:
        decode_mention(data)
    return refused.value


def test_a_mention_with_every_field_is_read():
    mention = decode_mention(
        encoded(
            source="mastodon", url="https://example.org/p/1", name="Title", language="en-GB",
            author={"id": "a1", "name": "Ann", "followers": 12, "url": "https://example.org/ann"},
            in_reply_to="p0", quote_of="p2", repost_of="p3", tags=["prices"], likes=1, replies=2, reposts=3, views=4,
        )
    )  # fmt: skip

    assert mention.author == Author(id="a1", name="Ann", followers=12, url="https://example.org/ann")
    assert (mention.tags, mention.views, mention.repost_of) == (("prices",), 4, "p3")


def test_published_is_read_with_its_offset():
    assert decode_mention(encoded()).published_s == 1310475600.25


def test_what_is_optional_has_its_default():
    mention = decode_mention(encoded())

    assert (mention.source, mention.language, mention.author, mention.deleted) == ("unknown", "", None, False)


def test_unknown_fields_do_no_harm():
    assert decode_mention(encoded(colour="red", nested={"a": [1, None]})) == decode_mention(encoded())


@pytest.mark.parametrize(
    "field", ["source", "url", "name", "language", "author", "tags", "likes", "deleted", "repost_of"]
)
def test_null_stands_for_an_absent_value(field):
    assert decode_mention(encoded(**{field: None})) == decode_mention(encoded())


def test_null_stands_for_what_is_absent_of_an_author():
    assert decode_mention(encoded(author={"id": "a", "name": None})).author == Author(id="a")


@pytest.mark.parametrize("leap", ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z", "2017-01-01T05:29:60+05:30"])
def test_a_leap_second_counts_as_the_one_before_it(leap):
    assert decode_mention(encoded(published=leap)).published_s == 1483228799


@pytest.mark.parametrize("guess", ["0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_a_take_down_is_read_whatever_time_it_guesses(guess):
    assert decode_mention(encoded(published=guess, deleted=True)).published_s == 946_684_800


def test_a_take_down_may_have_no_text():
    assert decode_mention(encoded(content="", deleted=True)).deleted


@pytest.mark.parametrize(
    ("data", "reason", "named"),
    [
        (b"", "json", "empty"),
        (b"{", "json", ""),
        (b"[]", "schema", "the record"),
        (b"null", "schema", "the record"),
        (b'{"id": "\xff"}', "utf8", "byte 8"),
        (encoded().replace(b"Cancelled.", rb"cut \ud83d"), "utf8", "cut inside"),
        (b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "json", "deep"),
        (encoded(id=""), "schema", "id"),
        (encoded(id="x" * 513), "schema", "id"),
        (encoded(id=7), "schema", "id"),
        (encoded(content=None), "schema", "content"),
        (encoded(tags="a"), "schema", "tags"),
        (encoded(tags=[1]), "schema", "tags"),
        (encoded(likes=-1), "schema", "likes"),
        (encoded(views=1.5), "schema", "views"),
        (encoded(author={"id": 5}), "schema", "author.id"),
        (encoded(deleted="yes"), "schema", "deleted"),
        (json.dumps({"id": "p", "content": ""}).encode(), "schema", "published"),
        (json.dumps({"id": "p", "published": POST["published"]}).encode(), "schema", "content"),
        (encoded(published="2011-07-12T15:00:00"), "timestamp", "published"),
        (encoded(published="2011-07-12"), "timestamp", "published"),
        (encoded(published="2011-07-12T15:00:60Z"), "timestamp", "published"),
        (encoded(published=None, language=None), "timestamp", "published"),
        (encoded(id=None), "schema", "id"),
        (encoded(published="yesterday"), "timestamp", "published"),
        (encoded(published=1310475600), "timestamp", "published"),
        (encoded(published="2011-02-30T15:00:00Z"), "timestamp", "published"),
        (encoded(published="1970-01-01T00:00:00Z"), "timestamp", "published"),
        (encoded(published="1999-12-31T23:59:59Z"), "timestamp", "published"),
        (encoded(published="2100-01-01T00:00:00Z"), "timestamp", "published"),
        (encoded(published="9999-12-31T23:59:59-14:00"), "timestamp", "published"),
        (encoded(published="0001-01-01T00:00:00+14:00"), "timestamp", "published"),
        (encoded(content="x" * MAX_BYTES), "too_large", str(MAX_BYTES)),
    ],
)
def test_what_breaks_the_table_is_refused_with_its_reason_and_field(data, reason, named):
    refused = refusal(data)

    assert refused.reason == reason
    assert named in refused.detail


def test_a_record_of_just_the_size_allowed_is_read():
    data = encoded(content="x" * (MAX_BYTES - len(encoded(content=""))))

    assert len(data) == MAX_BYTES
    assert len(decode_mention(data).content) > 200_000


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
mentions = st.builds(
    Mention,
    id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=512),
    published=st.datetimes(
        min_value=EARLIEST.replace(day=3, tzinfo=None),
        max_value=LATEST.replace(year=2099, tzinfo=None),
        timezones=st.timezones(no_cache=True),
    ).map(lambda t: t.astimezone()),
    content=text,
    name=text,
    language=text,
    author=st.none() | st.builds(Author, id=text, name=text, followers=st.integers()),
    tags=st.lists(text, max_size=3).map(tuple),
    likes=st.integers(min_value=0),
    deleted=st.booleans(),
)


@given(mentions)
@unhurried
def test_what_is_written_is_read_back(mention):
    assert decode_mention(encode_mention(mention)) == mention


@given(st.binary(max_size=200) | st.dictionaries(st.sampled_from([*POST, "tags", "author"]), text).map(as_json))
@unhurried
def test_whatever_comes_is_read_or_refused_for_a_stable_reason(data):
    reason = ""

    try:
        decode_mention(data)
    except BadMentionError as refused:
        reason = refused.reason

    assert reason in {"", "utf8", "json", "schema", "timestamp"}


def test_of_an_array_each_element_stands_by_itself():
    good, bad = parse_mentions_array(b"[" + encoded() + b"," + encoded(likes=-1) + b"]")

    assert good == decode_mention(encoded())
    assert isinstance(bad, BadMentionError)
    assert "likes" in bad.detail


@pytest.mark.parametrize("data", [b"{}", b"[", b"", b"[1,", encoded()])
def test_what_is_no_array_is_refused_whole(data):
    with pytest.raises(BadMentionError, match="json"):
        parse_mentions_array(data)


def test_an_element_in_another_encoding_is_refused_by_itself():
    good, bad = parse_mentions_array(b"[" + encoded() + b', {"id": "\xff"}]')

    assert isinstance(good, Mention)
    assert isinstance(bad, BadMentionError)
    assert bad.reason == "utf8"
