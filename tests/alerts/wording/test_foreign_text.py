"""Strangers' text is harmless to look at, and addresses to follow."""

import unicodedata
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.wording.foreign_text import host_of, sanitise, web_address


@given(st.text(max_size=300), st.integers(1, 100))
def test_plain_text_has_no_hidden_characters_and_is_not_too_long(text, limit):
    kept = sanitise(text, limit)

    assert len(kept) <= limit
    assert not [c for c in kept if unicodedata.category(c)[0] == "C" and c not in "\u200c\u200d"]
    assert kept.encode("utf-8").decode("utf-8") == kept


@given(st.text(max_size=100))
def test_what_is_plain_stays_as_it_is(text):
    assert sanitise(sanitise(text)) == sanitise(text)


def test_words_of_every_script_survive():
    for words in ("£14 – Öffnung", "停车费", "می‌خواهم", "👩‍👩‍👧", "Việt Nam"):
        assert sanitise(words) == words


def test_piled_up_marks_are_cut():
    assert len(sanitise("Z" + "\u0335" * 40 + "algo")) < 12


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z@:/\\.]{1,20}"))
def test_only_addresses_of_the_web_are_kept(url):
    kept = web_address(url)

    assert kept == "" or (urlsplit(kept).scheme in {"http", "https"} and urlsplit(kept).hostname)
    assert host_of(kept) or not kept


@pytest.mark.parametrize(
    "url",
    ["JAVASCRIPT:alert(1)", " java\nscript:alert(1)", "http://", "https://a@b/", "https://a\\@b/", "https://[::1"],
)
def test_what_only_looks_like_an_address_is_dropped(url):
    assert web_address(url) == ""
