"""One text copied is no crowd, and a complaint that hundreds repeat still rings."""

from collections.abc import Callable

import msgspec
import pytest

from detectors.verdict import Verdict
from tests.streams.watch.talk import BRAND, COPIED, HOUR, START, STORY, flushes, mention, watched

QUIET = [(at, value) for at, value in STORY if b"angry" not in value]
AT = START + 26 * HOUR


def said(posts: int, within_s: int, text: Callable[[int], str]) -> list[tuple[float, bytes]]:
    moments = [AT + 1 + within_s * number / posts for number in range(posts)]
    return [(at, mention(10**5 + number, at, text(number), BRAND.id)) for number, at in enumerate(moments)]


def told(posts: list[tuple[float, bytes]], partitions: int = 1) -> list[Verdict]:
    verdicts: list[Verdict] = watched(flushes(partitions, [200], sorted([*QUIET, *posts])))[0]
    return verdicts


@pytest.mark.parametrize("partitions", [1, 2])
@pytest.mark.parametrize("within_s", [50, HOUR, 6 * HOUR])
def test_a_newsletter_that_ten_accounts_repost_is_no_crisis_though_the_scorer_calls_it_negative(within_s, partitions):
    assert told(said(10, within_s, lambda _: COPIED), partitions) == []


def test_ten_who_say_as_much_in_words_of_their_own_are_one():
    assert told(said(10, HOUR // 3, lambda number: f"angry {number} times about"))[0].kind == "crisis"


@pytest.mark.parametrize("within_s", [50, HOUR])
def test_a_complaint_that_four_hundred_repeat_rings_and_all_of_them_are_told(within_s):
    verdicts = told(said(400, within_s, lambda _: COPIED))

    assert verdicts[0].kind == "crisis"
    counted = [verdict.counted for verdict in verdicts if verdict.counted is not None]
    assert max(one.negatives or 0 for one in counted) >= 350
    assert all((one.negatives or 0) <= one.seen for one in counted)


def test_eight_papers_that_print_an_agencys_headline_are_no_crowd():
    papers = []
    for number, (at, value) in enumerate(said(9, HOUR, lambda _: COPIED)):
        article = msgspec.json.decode(value)
        del article["author"]
        article |= {"name": "Angry about the ward", "url": f"https://paper{number}.example/ward", "source": "news"}
        papers.append((at, msgspec.json.encode(article)))

    assert told(papers) == []
