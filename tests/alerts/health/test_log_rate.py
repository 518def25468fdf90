"""What a library says hundreds of times a second is said once a minute."""

import logging

from alerts.health.log_rate import OnceAMinute


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def record(text: str, *values: object, name: str = "aiokafka", level: int = logging.ERROR) -> logging.LogRecord:
    return logging.LogRecord(name, level, "", 0, text, values, None)


def test_what_differs_in_numbers_alone_is_said_once_a_minute_with_how_often():
    clock = Clock()
    once = OnceAMinute(clock)
    assert once.filter(record("no answer of node %d after %.1f s at 0x7f00", 1, 0.5))
    for number in range(500):
        assert not once.filter(record("no answer of node %d after %.1f s at 0x7f%02x", number, number / 7, number))

    clock.now = 61.0
    last = record("no answer of node %d after %.1f s at 0x7f00", 3, 2.0)

    assert once.filter(last)
    assert last.getMessage() == "no answer of node 3 after 2.0 s at 0x7f00 (and 500 more like it within 61 s)"


def test_another_logger_level_or_text_is_another_kind():
    once = OnceAMinute(Clock())

    assert once.filter(record("no answer"))
    assert once.filter(record("no answer", name="kafka"))
    assert once.filter(record("no answer", level=logging.WARNING))
    assert once.filter(record("no answer from the coordinator"))


def test_what_it_remembers_is_bounded():
    once = OnceAMinute(Clock())
    for number in range(3000):
        once.filter(record("x" * (number % 150) + "y" * (number // 150)))

    assert len(once._kinds) <= 1000
