"""Compressed streams: where the dictionary comes from, and how it goes on without."""

import pytest

from alerts.simulation.services.jetstream_faults import Refuse
from tests.streams.sources.bluesky.dictionaries import dictionary
from tests.streams.sources.bluesky.network import WIRES, jetstream, listening, opened, posts

V2_DICTIONARY = 2_000_001


@pytest.mark.parametrize("wire", WIRES)
async def test_compressed_frames_are_asked_for_and_read(wire, tmp_path):
    path = tmp_path / "zstd_dictionary"
    path.write_bytes(dictionary())
    held = {"dictionary": dictionary(), "v2_dictionary": dictionary(V2_DICTIONARY)}
    named = {"dictionary": path} if wire == "v1" else {}
    async with jetstream(**held) as host, listening(host, wire=wire, **named) as listener:
        await opened(listener)
        written = await posts(host, 1, 2)

        await listener.until(lambda: listener.ids == written)

        assert host.queries[0].dictionary == (V2_DICTIONARY if wire == "v2" else 1_612_007_021)
        assert not listener.refused
        assert not listener.source.health().says


async def test_a_dictionary_that_the_host_has_replaced_is_asked_for_anew():
    async with jetstream(v2_dictionary=dictionary(V2_DICTIONARY)) as host, listening(host, wire="v2") as listener:
        await opened(listener)
        await posts(host, 1)
        await listener.until(lambda: bool(listener.ids))
        host.replace_dictionary(dictionary(V2_DICTIONARY + 1))
        await listener.source.close()
        listener.is_open = False

        written = await posts(host, 1, 2)
        await listener.until(lambda: listener.ids == written)

        assert host.queries[-1].dictionary == V2_DICTIONARY + 1


@pytest.mark.parametrize("wire", WIRES)
async def test_a_host_that_refuses_to_compress_is_listened_to_uncompressed(wire, tmp_path):
    path = tmp_path / "zstd_dictionary"
    path.write_bytes(dictionary())
    named = {"dictionary": path} if wire == "v1" else {}
    async with (
        jetstream(v2_dictionary=dictionary(V2_DICTIONARY)) as host,
        listening(host, wire=wire, **named) as listener,
    ):
        host.fail_next(Refuse(400, "choose one compression scheme"))
        await opened(listener)
        written = await posts(host, 1)

        await listener.until(lambda: listener.ids == written)

        assert host.queries[-1].dictionary == 0
        assert "choose one compression scheme" in listener.source.health().says


@pytest.mark.parametrize("wire", WIRES)
async def test_without_a_dictionary_it_listens_all_the_same_and_says_so(wire, tmp_path):
    named = {"dictionary": tmp_path / "none"} if wire == "v1" else {}
    async with jetstream() as host, listening(host, wire=wire, **named) as listener:
        await opened(listener)
        written = await posts(host, 1)

        await listener.until(lambda: listener.ids == written)

        assert "frames come uncompressed" in listener.source.health().says
