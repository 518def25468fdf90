"""For how long texts of each source are kept in incidents, and what is said where that cannot be so."""

from pathlib import Path

import pytest

from alerts.configuration.configuration import Read, read_configuration
from alerts.configuration.texts_of_sources import kept_texts
from streams.kafka.retention import DAY_S

TUBE = "{id: tube, %s youtube: {key: k, channels: [UCnorthsidehospital00000]}}"
X = "{id: x, %s x: {token: t, searches: [northside], dollars_a_month: 10}}"
FORUM = "{id: own, %s poll_api: {url: 'https://forum.example/a', name: forum, fields: {id: i, time: t, text: [x]}}}"
HUB = "{id: hub, %s websub: {urls: ['https://a.example/f'], secret: abcdefghijklmnopqrstuvwx}}"
SUITE = "{id: suite, %s meltwater: {secret: abcdefghijklmnopqrstuvwx}}"


def read(folder: Path, *sources: str, retention: str = "{}") -> Read:
    path = folder / "tocsin.yml"
    lines = [f"retention: {retention}", "sources:", *(f"- {source}" for source in sources)]
    path.write_text("\n".join(lines))
    return read_configuration(path, {})


def days(read_: Read) -> dict[str, float]:
    assert read_.mistakes == ()
    retention = read_.configuration.kafka_settings().retention
    return {source: seconds / DAY_S for source, seconds in retention.evidence_of}


def test_what_a_source_states_holds_for_what_its_posts_state_as_their_source(tmp_path):
    stated = read(tmp_path, *(each % "keep_texts: 20d," for each in (TUBE, X, FORUM, HUB)))

    assert days(stated) == {"youtube": 20.0, "twitter": 20.0, "forum": 20.0, "feeds": 20.0}


def test_by_default_it_is_what_the_terms_of_a_source_ask_and_never_longer_than_for_all(tmp_path):
    assert days(read(tmp_path, TUBE % "", X % "")) == {"youtube": 30.0}
    assert days(read(tmp_path, TUBE % "", retention="{evidence: 10d}")) == {}
    assert days(read(tmp_path, TUBE % "keep_texts: 60d,")) == {"youtube": 60.0}


def test_of_two_sources_of_one_network_the_shorter_time_holds(tmp_path):
    two = read(tmp_path, TUBE % "keep_texts: 20d,", (TUBE % "keep_texts: 12d,").replace("id: tube", "id: other"))

    assert days(two) == {"youtube": 12.0}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (TUBE % "keep_texts: 100d,", "`retention.evidence` is 90d for all"),
        (SUITE % "keep_texts: 9d,", "its own network"),
    ],
    ids=["longer than for all", "a suite"],
)
def test_a_time_that_would_do_nothing_is_a_mistake_at_its_place(tmp_path, source, says):
    (mistake,) = read(tmp_path, source).mistakes

    assert "sources[0].keep_texts" in mistake
    assert says in mistake


def test_a_time_that_is_shorter_than_that_of_the_topics_which_hold_the_texts_is_doubtful(tmp_path):
    def doubts(keep: str, retention: str = "{}") -> list[str]:
        return [doubt for doubt in read(tmp_path, TUBE % keep, retention=retention).doubts if "texts" in doubt]

    (doubt,) = doubts("keep_texts: 2d,")

    assert "sources[0].keep_texts" in doubt
    assert "retention.posts" in doubt
    assert doubts("keep_texts: 2d,", "{posts: 1d}") == doubts("") == doubts("keep_texts: 9d,") == []


def test_what_is_told_of_a_suite_is_the_time_of_all(tmp_path):
    configuration = read(tmp_path, SUITE % "", retention="{evidence: 10d}").configuration

    assert kept_texts(configuration, configuration.sources[0]).for_s == 10 * DAY_S
