"""Sources of the tests do not rest: their clocks are the tests' own."""

from collections.abc import Iterator

import pytest

from streams.sources.asking_source import AskingSource


@pytest.fixture(scope="module", autouse=True)
def restless() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AskingSource, "idle_s", 0.0)
        yield
