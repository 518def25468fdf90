"""What a process answers when it is asked to read its configuration again, and what whoever asked is told."""

import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from alerts.cli.reload import answer_lines
from alerts.cli.reload_listener import ReloadListener
from alerts.cli.rereading import Rereading, Sections
from alerts.configuration.configuration import checked_configuration
from alerts.configuration.source_file import fingerprint, fingerprint_of
from alerts.kafka.processes import ASKED_S, Asked, Process
from streams.kafka.settings import KafkaSettings

ONE = "brands: [{id: northside, name: Northside, query: northside}]\n"
TWO = "brands: [{id: northside, name: Northside, query: northside OR nhs}]\n"
BROKEN = "brands: [{id: northside}]\n"
ASKED = Asked(id="a1", at=1000.0, fingerprint=fingerprint(TWO), wait_s=60.0)
PROCESS = Process(
    id="web@m/1/x", role="web", host="m", pid=1, at=990.0, path="/etc/tocsin/tocsin.yml", fingerprint=fingerprint(ONE)
)


class Listening:
    """A process that listens for reloads, with its file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text(ONE)
        self.reread = 0

        def prepare(_: object):
            self.reread += 1
            return lambda: ()

        sections = Sections(live=("brands",), at_start=("ingest",))
        self.listener = ReloadListener(
            KafkaSettings(), "web", Rereading(checked_configuration(path), sections, prepare)
        )

    async def hears(self, asked: Asked) -> Process:
        await self.listener._answer(asked)
        return self.listener._me


@pytest.fixture
def listening(tmp_path: Path) -> Listening:
    return Listening(tmp_path / "tocsin.yml")


def asked(**fields: object) -> Asked:
    return replace(ASKED, **{"at": time.time(), **fields})


async def test_it_takes_up_the_file_that_is_meant_and_says_what_has_changed(listening):
    listening.path.write_text(TWO)

    said = await listening.hears(asked())

    assert (said.answers, said.state, said.taken_up) == ("a1", "taken up", ("brand northside: query",))
    assert said.fingerprint == fingerprint(TWO)


async def test_the_same_request_is_answered_once(listening):
    listening.path.write_text(TWO)
    await listening.hears(asked())
    listening.path.write_text(ONE)

    await listening.hears(asked())

    assert listening.reread == 1


async def test_it_looks_again_until_its_file_is_the_one_that_is_meant(listening):
    before = await listening.hears(asked())
    again = await listening.hears(asked())
    listening.path.write_text(TWO)
    after = await listening.hears(asked())

    assert (before.state, again.state, after.state) == ("another file", "another file", "taken up")
    assert after.taken_up == ("brand northside: query",)
    assert listening.reread == 2


async def test_a_mistake_is_answered_with_its_place_and_taken_up_when_it_is_mended(listening):
    listening.path.write_text(BROKEN)
    refused = await listening.hears(asked())
    listening.path.write_text(TWO)
    mended = await listening.hears(asked())

    assert refused.state == "refused"
    assert f"{listening.path}:1: brands[0]" in refused.mistakes[0]
    assert (mended.state, mended.mistakes) == ("taken up", ())


async def test_it_does_not_look_for_longer_than_it_was_asked_to(listening):
    await listening.hears(asked(wait_s=0.0))
    listening.path.write_text(TWO)

    said = await listening.hears(asked(wait_s=0.0))

    assert said.state == "another file"


async def test_what_was_asked_long_before_it_was_there_is_no_news(listening):
    listening.path.write_text(TWO)

    said = await listening.hears(asked(at=time.time() - ASKED_S - 1))

    assert (said.answers, listening.reread) == ("", 0)


@pytest.mark.parametrize(
    ("fields", "lines", "is_whole"),
    [
        ({"state": "taken up", "taken_up": ("brand a is new", "policy b: steps")},
         ["web on m (pid 1): takes up brand a is new; policy b: steps"], True),
        ({"state": "taken up"}, ["web on m (pid 1): nothing changes for it"], True),
        ({"state": "taken up", "at_start": ("web",)},
         ["web on m (pid 1): nothing changes for it",
          "web on m (pid 1): restart it for web: that is only read at startup"], False),
        ({"state": "taken up", "taken_up": ("brand a is gone",), "notes": ("end it",)},
         ["web on m (pid 1): takes up brand a is gone", "web on m (pid 1): note: end it"], True),
        ({"state": "refused", "mistakes": ("t.yml:1: a", "t.yml:2: b")},
         ["web on m (pid 1): nothing has changed: t.yml:1: a",
          "web on m (pid 1): nothing has changed: t.yml:2: b"], False),
    ],
)  # fmt: skip
def test_each_answer_is_told_in_lines(fields, lines, is_whole):
    assert answer_lines(replace(PROCESS, answers="a1", **fields), ASKED) == (lines, is_whole)


def test_who_has_another_file_and_who_does_not_answer_is_told_with_what_they_go_by():
    other, is_whole = answer_lines(replace(PROCESS, answers="a1", state="another file"), ASKED)
    silent, is_answered = answer_lines(PROCESS, ASKED)

    assert not is_whole
    assert not is_answered
    assert f"/etc/tocsin/tocsin.yml there is {fingerprint(ONE)}, this one {fingerprint(TWO)}" in other[-1]
    assert "has not answered; its last sign of life was" in silent[0]


def test_a_fingerprint_is_what_sha256sum_says_of_the_file(tmp_path):
    (tmp_path / "tocsin.yml").write_text("brands: []")

    assert fingerprint_of(tmp_path / "tocsin.yml") == "a3964e7e2a78"
    assert fingerprint_of(tmp_path / "none.yml") == ""
