"""What is said to be other in a configuration, and that no value is told."""

from typing import Any

import pytest

from alerts.configuration.changes import changes
from alerts.configuration.configuration import Configuration

EVERY = tuple(Configuration.model_fields)


def stated(**sections: Any) -> Configuration:
    return Configuration.model_validate(
        {
            "brands": [{"id": "northside", "name": "Northside", "query": "northside"}],
            "receivers": [{"id": "chat", "slack": {"channel": "#crisis"}}],
            "policies": [{"id": "default", "steps": [{"notify": ["chat"]}]}],
            "sources": [{"id": "news", "feeds": {"urls": ["https://example.org/feed"]}}],
            "slack": {"token": "xoxb-a-secret", "signing_secret": "0123456789abcdef"},
        }
        | sections
    )


def test_the_same_is_no_change():
    assert changes(stated(), stated(), EVERY) == ()


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"brands": []}, "brand northside is gone"),
        (
            {"brands": [{"id": "northside", "name": "N", "query": "north", "floor": 9}]},
            "brand northside: name, query, floor",
        ),
        ({"receivers": [{"id": "chat", "slack": {"channel": "#other"}}]}, "receiver chat: settings"),
        ({"policies": [{"id": "default", "steps": [{"notify": ["chat"]}], "repeat": 1}]}, "policy default: repeat"),
        ({"sources": [{"id": "news", "feeds": {"urls": ["https://example.org/other"]}}]}, "source news: settings"),
        ({"slack": {"token": "xoxb-another", "signing_secret": "0123456789abcdef"}}, "slack"),
        ({"kafka": {"brokers": ["elsewhere:9092"]}}, "kafka"),
    ],
)
def test_each_change_is_named_by_its_place_and_without_its_value(sections, told):
    found = changes(stated(), stated(**sections), EVERY)

    assert found == (told,)
    assert "xoxb" not in " ".join(found)


def test_a_renamed_id_is_one_that_is_gone_and_one_that_is_new():
    other = stated(brands=[{"id": "north", "name": "Northside", "query": "northside"}])

    assert changes(stated(), other, EVERY) == ("brand north is new", "brand northside is gone")


def test_sections_that_do_not_count_are_passed_over():
    assert changes(stated(), stated(brands=[], kafka={"brokers": ["elsewhere:9092"]}), ["kafka"]) == ("kafka",)
