"""What the configuration says of feeds."""

import pytest
from pydantic import ValidationError

from streams.sources.feeds.settings import FeedsSettings


def test_addresses_are_read_from_a_list_or_from_the_lines_of_a_file():
    listed = FeedsSettings.model_validate({"urls": ["https://a.example/feed", "feed://b.example/x"]})
    of_file = FeedsSettings.model_validate(
        {"urls": "# ours\nhttps://a.example/feed # the first\n\n feed://b.example/x \nhttps://a.example/feed\n"}
    )

    assert listed.addresses() == of_file.addresses() == ("https://a.example/feed", "https://b.example/x")
    assert listed.every == 600.0


@pytest.mark.parametrize(
    "said",
    [{}, {"urls": []}, {"urls": "# nothing"}, {"urls": ["a.example/feed"]}, {"urls": ["ftp://a.example/"]},
     {"urls": ["https://a.example/a b"]}, {"urls": ["https://[a"]}, {"urls": ["https://a.example/"], "every": "1m"},
     {"urls": ["https://a.example/"], "every": "2d"}, {"urls": ["https://a.example/"], "often": True}],
)  # fmt: skip
def test_what_cannot_be_polled_is_refused(said):
    with pytest.raises(ValidationError):
        FeedsSettings.model_validate(said)


def test_an_address_is_shown_to_nobody():
    settings = FeedsSettings.model_validate({"urls": ["https://a.example/hush"]})

    assert "hush" not in f"{settings!r}{settings}"
