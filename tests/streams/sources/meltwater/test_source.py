"""What is made of the batches that Meltwater posts."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.simulation.services.meltwater import SimulatedMeltwater
from streams.mention import decode_mention, encode_mention
from streams.sources.meltwater.settings import MeltwaterSettings
from streams.sources.meltwater.source import MeltwaterSource
from streams.sources.pushed import Push, PushRefusedError

AT = 1_795_946_400.0
SECRET = "a-secret-of-some-length-1234"
SENDER = SimulatedMeltwater("https://tocsin.example")


def source(**settings: Any) -> MeltwaterSource:
    return MeltwaterSource("suite", MeltwaterSettings.model_validate({"secret": SECRET, **settings}))


def push(*documents: Any, inputs: Any = None) -> Push:
    request = {"company_id": "c", "inputs": [{"id": 7, "name": "Northside"}] if inputs is None else inputs}
    return Push(body=json.dumps({"request": request, "documents": documents}).encode(), headers={})


def test_a_report_is_read_with_the_sentence_that_was_found_and_its_author():
    (mention,) = source().read(push(SENDER.news(AT, "Northside <em>closes</em> its ward."))).mentions

    assert mention.id == mention.url
    assert mention.url.startswith("https://news.example/")
    assert mention.published_s == AT
    assert (mention.name, mention.content) == ("A report", "The council met on Monday.\n…\nNorthside closes its ward.")
    assert (mention.language, mention.source) == ("en", "meltwater")
    assert mention.author is not None
    assert mention.author.name == "A. Reporter"
    assert decode_mention(encode_mention(mention)) == mention


def test_a_post_of_x_has_its_own_address_and_says_whose_search_found_it():
    (mention,) = source(brands={7: "northside"}).read(push(SENDER.post_of_x(AT, matched=None))).mentions

    assert mention.id.startswith("https://x.com/i/status/178100550406126")
    assert (mention.source, mention.content, mention.language, mention.author) == ("twitter", "", "", None)
    assert (mention.is_withheld, mention.found_by) == (True, "northside")


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ([{"id": 7, "name": "Northside"}], "Northside"),
        ({"search": {"id": 7, "name": "Northside"}}, "Northside"),
        ({"searches": [{"id": 7}]}, "7"),
        (["Northside"], "Northside"),
        ([], "meltwater"),
        ("", "meltwater"),
    ],
)
def test_whose_search_it_was_is_read_in_whichever_form_it_stands(inputs, expected):
    (mention,) = source().read(push(SENDER.post_of_x(AT, matched=None), inputs=inputs)).mentions

    assert mention.found_by == expected


def test_a_post_of_x_whose_text_comes_is_a_post_like_others():
    found = SENDER.post_of_x(AT, content={"body": "RT @ann: shame on Northside"}, author={"handle": "bob"})

    (mention,) = source().read(push(found)).mentions

    assert (mention.content, mention.repost_of) == ("RT @ann: shame on Northside", "https://x.com/ann")
    assert not mention.is_withheld


def test_what_is_no_document_is_refused_alone():
    good = SENDER.news(AT, "Northside")
    wrong = [
        "26-Aug-2021 08:57AM\tA report",
        {**good, "id": None},
        {**good, "published_date": "yesterday"},
        {**good, "published_date": None},
        None,
        7,
    ]

    read = source().read(push(*wrong, good))

    assert len(read.mentions) == 1
    assert [one.origin for one in read.refused] == [f"meltwater: documents[{index}]" for index in range(len(wrong))]
    assert [one.reason for one in read.refused] == ["schema", "schema", "timestamp", "timestamp", "schema", "schema"]
    assert "template api.json" in read.refused[0].detail


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'{"documents": {}}', b"[" * 100_000])
def test_a_body_that_is_none_of_meltwaters_is_refused_and_kept(body):
    with pytest.raises(PushRefusedError) as refused:
        source().read(Push(body=body, headers={}))

    assert (refused.value.status, refused.value.data) == (400, body)


def test_with_the_streams_own_secret_a_body_that_it_did_not_sign_is_refused():
    signed = source(signing_secret="e2d264b524240b95")
    body = push(SENDER.news(AT, "Northside")).body
    signature = hmac.new(b"e2d264b524240b95", body, hashlib.sha1).hexdigest()

    assert len(signed.read(Push(body=body, headers={"x-hub-signature": f"sha1={signature.upper()}"})).mentions) == 1
    for wrong in ("", f"sha1={signature[:-1]}", "é", signature):
        with pytest.raises(PushRefusedError) as refused:
            signed.read(Push(body=body, headers={"x-hub-signature": wrong}))
        assert (refused.value.status, refused.value.data) == (401, b"")


@pytest.mark.parametrize(
    "secret", ["short", "x" * 129, "with a space in its middle 123", "slash/slash/slash/slash/slash"]
)
def test_a_secret_that_cannot_stand_in_an_address_is_refused(secret):
    with pytest.raises(ValidationError, match="openssl rand -hex 24"):
        source(secret=secret)


def test_a_push_reads_the_same_each_time():
    one = push(SENDER.news(AT, "Northside"), SENDER.post_of_x(AT))

    assert source().read(one) == source().read(one)
