"""A post becomes a mention, whatever its author's client made of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import BadMentionError
from streams.mention import Mention, decode_mention, encode_mention
from streams.sources.bluesky.events import PostChange
from streams.sources.bluesky.facets import with_whole_links
from streams.sources.bluesky.frames import decode_v1
from streams.sources.bluesky.post import to_mention
from streams.sources.bluesky.record import Facet, Feature, Span
from streams.sources.bluesky.times import tid, tid_number
from tests.streams.sources.bluesky.posts import CID, DID, RKEY, SEEN, SEEN_US, record, v1

OTHER = "at://did:plc:wa7b35aakoll7hugkrjtf3xf/app.bsky.feed.post/3l3pte3p2e325"
URI = "https://www.northside.example/news/2024/waiting-times-rise-again"


def mention(operation: str = "create", *, did: str = DID, rkey: str = RKEY, **fields: object) -> Mention:
    commit = {"operation": operation, "rkey": rkey, "record": record(**fields), "cid": CID}  # type: ignore[arg-type]
    if operation == "delete":
        del commit["record"], commit["cid"]
    told = decode_v1(v1(commit, did=did))
    assert isinstance(told, PostChange)
    made = to_mention(told, told.time_us)
    assert decode_mention(encode_mention(made)) == made
    return made


def link(start: int, end: int, uri: str = URI) -> dict[str, object]:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def test_a_post_is_known_by_its_own_address_and_its_authors_account():
    made = mention()

    assert made.id == f"at://{DID}/app.bsky.feed.post/{RKEY}"
    assert made.url == f"https://bsky.app/profile/{DID}/post/{RKEY}"
    assert made.author is not None
    assert made.author.id == DID
    assert (made.source, made.language, made.content) == ("bluesky", "en", "Northside let us wait again")


def test_a_changed_post_is_the_same_mention():
    assert mention("update", text="Northside: mended").id == mention().id


def test_a_taken_down_post_is_dated_by_its_key():
    gone = mention("delete")

    assert gone.deleted
    assert gone.id == mention().id
    assert abs(gone.published - SEEN) < dt.timedelta(seconds=1)


@pytest.mark.parametrize("rkey", ["self", "zzzzzzzzzzzzz", "3L3QO2VUOWO2B", "2222222222222", "jzzzzzzzzzzzz"])
def test_a_key_that_holds_no_time_that_can_be_leaves_the_time_of_the_take_down(rkey):
    assert mention("delete", rkey=rkey).published == SEEN


@pytest.mark.parametrize(
    ("stated", "is_believed"),
    [
        ("2024-09-09T19:46:02.102Z", True),
        ("2024-09-09T21:46:02.102+02:00", True),
        ("2024-09-09T19:50:59Z", True),
        ("2024-09-09T19:52:00Z", False),
        ("2024-09-09T03:00:00Z", True),
        ("2024-09-08T19:00:00Z", False),
        ("2014-05-28T12:00:12.000Z", False),
        ("2024-09-09T19:46:02", False),
        ("2024-02-30T00:00:00Z", False),
        ("0001-01-01T00:00:00Z", False),
        ("0000-01-01T00:00:00Z", False),
        ("9999-12-31T23:59:59+00:00", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_the_authors_clock_is_believed_within_a_day(stated, is_believed):
    published = mention(createdAt=stated).published

    assert (published == SEEN) is not is_believed


def test_a_shortened_link_is_written_out_where_it_stands():
    text = "Née and 👵: northside.example/news/… again"
    start = len("Née and 👵: ".encode())
    shown = len("northside.example/news/…".encode())

    made = mention(text=text, facets=[link(start, start + shown)])

    assert made.content == f"Née and 👵: {URI} again"


def test_a_link_behind_words_is_put_after_the_text():
    assert mention(text="read this", facets=[link(5, 9)]).content == f"read this\n{URI}"


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (4, 2), (0, 999), (1, 2), (0, 2), (10**30, 10**31)])
def test_a_facet_that_points_nowhere_loses_no_link(start, end):
    assert mention(text="éé so", facets=[link(start, end)]).content == f"éé so\n{URI}"


def test_two_links_over_each_other_are_both_kept():
    text = "northside.example/news/…"
    other = "https://northside.example/news/other"

    content = mention(text=text, facets=[link(0, 26), link(5, 26, other)]).content

    assert URI in content
    assert other in content


def test_the_page_that_is_linked_to_and_what_pictures_show_belong_to_the_text():
    card = {"uri": URI, "title": "Waiting times rise", "description": "Again, at Northside", "thumb": {"$type": "blob"}}
    quote = {"$type": "app.bsky.embed.record", "record": {"uri": OTHER, "cid": CID}}
    media = {"$type": "app.bsky.embed.images", "images": [{"alt": "A queue", "image": {}}, {"alt": "", "image": {}}]}

    with_card = mention(text="oh", embed={"$type": "app.bsky.embed.external", "external": card})
    with_both = mention(text="oh", embed={"$type": "app.bsky.embed.recordWithMedia", "record": quote, "media": media})
    with_video = mention(text="oh", embed={"$type": "app.bsky.embed.video", "video": {}, "alt": "An ambulance"})

    assert with_card.content == f"oh\nWaiting times rise\nAgain, at Northside\n{URI}"
    assert (with_both.content, with_both.quote_of) == ("oh\nA queue", OTHER)
    assert with_video.content == "oh\nAn ambulance"


def test_a_quote_is_of_a_post_alone():
    post = {"$type": "app.bsky.embed.record", "record": {"uri": OTHER, "cid": CID}}
    feed = {
        "$type": "app.bsky.embed.record",
        "record": {"uri": OTHER.replace("feed.post", "feed.generator"), "cid": CID},
    }

    assert mention(embed=post).quote_of == OTHER
    assert not mention(embed=feed).quote_of


def test_a_reply_names_what_it_answers():
    reply = {"parent": {"uri": OTHER, "cid": CID}, "root": {"uri": "at://did:plc:x/app.bsky.feed.post/a", "cid": CID}}

    assert mention(reply=reply).in_reply_to == OTHER


def test_hashtags_are_those_of_the_text_and_those_beside_it_once():
    facets = [{"index": {"byteStart": 0, "byteEnd": 4}, "features": [{"tag": "NHS"}]}]

    assert mention(text="#NHS", facets=facets, tags=["NHS", "#SaveOurWards", ""]).tags == ("NHS", "SaveOurWards")


@pytest.mark.parametrize(
    "text",
    ["", "\x00 Northside \x00", "a" * 3_000, "👵" * 750, "\u202enorthside", '{}[]"\\', "x" * 900_000],
)
def test_any_text_makes_a_mention_within_bounds(text):
    made = mention(text=text)

    assert made.content == text[:3_000]


def test_a_post_of_many_long_parts_stays_within_a_record():
    facets = [link(0, 1, f"https://a.example/{number}/" + "x" * 1_900) for number in range(200)]
    images = [{"alt": f"{number}" + "y" * 20_000} for number in range(200)]
    tags = [f"{number}" + "z" * 5_000 for number in range(200)]

    made = mention(text="t" * 3_000, facets=facets, embed={"images": images}, tags=tags)

    assert len(encode_mention(made)) < 64 * 1024


def test_an_address_that_is_no_id_is_refused():
    with pytest.raises(BadMentionError, match="id: "):
        mention(did=f"did:web:{'a' * 600}.example")


@given(st.text(max_size=60), st.integers(-5, 300), st.integers(-5, 300), st.text(max_size=60))
def test_no_facet_breaks_a_text(text, start, end, uri):
    whole, beside = with_whole_links(text, [Facet(Span(start, end), [Feature(uri=uri)])])

    assert not uri or uri in whole or uri in beside


@given(st.integers(0, 2**63 - 1))
def test_a_key_and_its_number_are_one(number):
    assert tid_number(tid(number)) == number


def test_a_mention_is_dated_by_the_server_where_the_author_says_nothing():
    told = decode_v1(v1({"record": {"text": "no more than this"}}))
    assert isinstance(told, PostChange)

    assert to_mention(told, SEEN_US).published == SEEN
