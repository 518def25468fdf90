"""A dictionary as upstream's: trained on frames, under a given id."""

from functools import cache

import zstandard

from streams.sources.bluesky.compression import V1_DICTIONARY
from tests.streams.sources.bluesky.posts import record, v1


@cache
def dictionary(dict_id: int = V1_DICTIONARY) -> bytes:
    samples: list[bytes | bytearray | memoryview] = [
        v1({"record": record(f"{number} waits, {'and waits ' * (number % 7)}"), "cid": "bafy"}, time_us=number * 7_919)
        for number in range(2_000)
    ]
    return zstandard.train_dictionary(8_192, samples, dict_id=dict_id).as_bytes()


def compressed(frame: bytes, held: bytes) -> bytes:
    return zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(held)).compress(frame)
