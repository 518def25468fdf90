"""The decision says of two recorded brands what it said when they were recorded."""

import json
from base64 import b64decode
from functools import cache

import msgspec
import numpy as np
import pytest

from detectors.assessment import Assessment
from detectors.decision.brand_detector import BrandDetector
from tests.detectors.decision.recorded_lives import LIVES, RECORDING, live

NINE_DIGITS = 1e-9
"""Not to the last bit: exponentials and logarithms differ there from one processor to the next."""

relived = cache(live)
recorded = json.loads(RECORDING.read_text())


def numbers(reading: list[object]) -> list[float]:
    return [value for value in reading if isinstance(value, float)]


@pytest.mark.parametrize("name", LIVES)
def test_a_recorded_brand_is_judged_as_ever(name):
    readings, _ = relived(LIVES[name])
    kept = msgspec.convert(recorded[name]["readings"], list[Assessment])

    assert [one.missing for one in readings] == [one.missing for one in kept]
    assert [one.kind for one in readings] == [one.kind for one in kept]
    assert [one.run_began_at for one in readings] == [one.run_began_at for one in kept]
    for one, other in zip(readings, recorded[name]["readings"], strict=True):
        now = msgspec.to_builtins(one)[: len(other)]  # what came later was not recorded
        assert numbers(now) == pytest.approx(numbers(other), rel=NINE_DIGITS, abs=NINE_DIGITS)


@pytest.mark.parametrize("name", LIVES)
def test_a_recorded_state_is_read_and_is_what_is_learned_today(name):
    _, detector = relived(LIVES[name])
    kept = BrandDetector.from_bytes(b64decode(recorded[name]["state"]))

    for array, other in zip(detector._outbreak.states, kept._outbreak.states, strict=True):
        assert array.dtype.names
        for field in array.dtype.names:
            np.testing.assert_allclose(array[field], other[field], rtol=1e-6, atol=NINE_DIGITS, err_msg=field)


def test_the_recording_rings_for_revolt_and_praise():
    kinds = {
        one.kind for name in LIVES for one in msgspec.convert(recorded[name]["readings"], list[Assessment]) if one.rings
    }

    assert kinds >= {"crisis", "opportunity"}
