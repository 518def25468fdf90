"""A clock that goes on by what is slept, so that no test waits."""


class Clock:
    """Wall and monotonic time in one."""

    def __init__(self, at: float = 1_700_000_000.0) -> None:
        self.at = at
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds
