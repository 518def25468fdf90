"""Whether what a backtest would have told people is true of the mentions that it was given.

``python -m tests.pages_told --config tocsin.yml MENTIONS.jsonl…`` runs the backtest, holds each page as it would have
been sent (opened, opened again, got worse) against the mentions, counted here without the product's sketches and sums,
and prints what is not true of them.
"""

import argparse
import re
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from alerts.backtest.run import Backtest
from alerts.configuration.configuration import load_configuration
from alerts.incidents.incident import Incident
from detectors.negativity.model import load_scorer
from detectors.negativity.scorer import NegativityScorer
from detectors.post import NEGATIVE
from detectors.same_text import fold_text
from streams.brand import Brand
from streams.connectors.choose import choose_connector
from streams.connectors.event_order import in_event_order
from streams.ingest.author import author_of
from streams.ingest.bins import spoken
from streams.ingest.blame import scores_by_brand
from streams.ingest.harm import harmed
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sketches.counted_authors import MOST_READ
from streams.watch.source_watch import SELF_BRAND

DAY_S, MINUTE_S = 86_400, 60
SENT = frozenset({"opened", "reopened", "severity_raised"})
_QUOTED = re.compile("people say (.*)\\.$")
_BATCH = 500


class Heard(NamedTuple):
    """One mention of a brand."""

    at: float
    author: str
    is_negative: bool
    id: str
    text: str
    is_harmful: bool = False


class Pages(dict[str, Incident]):
    """The incidents of a run, and beside them each version that would have been sent as a page or a digest."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Incident] = []

    def __setitem__(self, name: str, incident: Incident) -> None:
        if incident.change.type in SENT:
            self.sent.append(incident)
        super().__setitem__(name, incident)


def told_pages(
    brands: Sequence[Brand], mentions: Iterable[Mention], scorer: NegativityScorer
) -> tuple[list[Incident], dict[str, list[Heard]]]:
    """Run the backtest; return the pages as they were sent, and what was heard of each brand, in order of time."""
    run = Backtest(brands, {}, scorer)
    run.own.incidents = pages = Pages()
    matcher = Matcher(brands)
    heard: dict[str, list[Heard]] = {brand.id: [] for brand in brands}
    said = iter(mentions)
    while batch := list(islice(said, _BATCH)):
        for one, matched, scores, harm in _scored(batch, matcher, scorer):
            author = author_of(one)
            for index, score in zip(matched, scores, strict=True):
                told = Heard(one.published_s, author, score >= NEGATIVE, one.id, one.content, index in harm)
                heard[brands[index].id].append(told)
        for _ in run.take(batch):
            pass
    for _ in run.finish():
        pass
    return pages.sent, heard


def _scored(
    batch: Sequence[Mention], matcher: Matcher, scorer: NegativityScorer
) -> Iterator[tuple[Mention, tuple[int, ...], list[float], set[int]]]:
    """Yield each mention with the brands that it speaks of, its score for each, and to which it reports harm."""
    texts, languages = [spoken(one) for one in batch], [one.language for one in batch]
    read, matched = scorer.read(texts, languages), matcher.match(batch)
    scores = read.scores.tolist()
    harm = harmed(texts, matched, matcher, read.may_report_harm)
    own = scores_by_brand(texts, scores, matched, matcher, scorer, languages=languages)
    for place, (one, indices) in enumerate(zip(batch, matched, strict=True)):
        harmful = {index for index in indices if (place, index) in harm}
        yield one, indices, own.get(place, [scores[place]] * len(indices)), harmful


def untrue(page: Incident, heard: Sequence[Heard]) -> Iterator[str]:
    """Yield what a page says that is not true of what was heard of its brand."""
    found = page.counted
    if found is None or found.negatives is None:
        yield "tells no run"
        return
    if found.of_harm:
        # Who reports harm stands in the place of who is negative, in all that is told.
        heard = [one._replace(is_negative=one.is_harmful) for one in heard]
    moments = [one.at for one in heard]
    began_at = found.at - found.span_s
    run = heard[bisect_left(moments, began_at) : bisect_left(moments, found.at)]
    day_before = heard[bisect_left(moments, began_at - DAY_S) : bisect_left(moments, began_at)]
    authors, known = {one.author for one in run}, {one.author for one in day_before}
    negative = {one.author for one in run if one.is_negative}
    # One who was counted and then turns is counted once more, as a negative one.
    if not len(authors - known) <= found.seen <= _once_a_day(run) + _once_a_day(one for one in run if one.is_negative):
        yield f"{found.seen} authors, and {len(authors)} spoke, {len(authors - known)} of them new that day"
    # An author is read by one post of a minute, and by none that day who has spoken calmly in sixteen.
    wholly = negative - {one.author for one in run if not one.is_negative}
    posts = Counter(one.author for one in day_before)
    not_read = {one.author for one in day_before if one.is_negative or posts[one.author] > MOST_READ}
    if not len(wholly - not_read) <= found.negatives <= _once_a_day(one for one in run if one.is_negative):
        yield f"{found.negatives} negative authors, and {len(negative)} were"
    if found.seen <= found.expected:
        yield "no more than is ordinary"
    if page.kind != "opportunity" and found.negatives <= found.expected_negatives:
        yield "no more negative ones than are ordinary"
    yield from _untrue_of_posts(page, run)
    yield from _unsaid(page, run)


def _once_a_day(heard: Iterable[Heard]) -> int:
    """Count authors, one who speaks again after a day anew."""
    counted: dict[str, float] = {}
    times = 0
    for one in heard:
        if one.at - counted.get(one.author, -DAY_S) >= DAY_S - MINUTE_S:
            counted[one.author], times = one.at, times + 1
    return times


def _untrue_of_posts(page: Incident, run: Sequence[Heard]) -> Iterator[str]:
    by_id = {one.id: one for one in run}
    shown = [by_id.get(post.id) for post in page.evidence.posts]
    if None in shown:
        yield "a post is not of its run"
    said = [one for one in shown if one is not None]
    if page.kind == "opportunity":
        return
    if any(not one.is_negative for one in said):
        yield "a post is not negative"
    day_ago = (run[-1].at if run else 0.0) - DAY_S
    texts = {fold_text(one.text): one.author for one in run if one.is_negative and one.at > day_ago}
    if len(said) < min(2, len(set(texts.values()))):
        yield f"{len(said)} posts are shown, and {len(texts)} texts were negative"


def _unsaid(page: Incident, run: Sequence[Heard]) -> Iterator[str]:
    quoted = _QUOTED.search(page.reason)
    # Phrases are told with the apostrophe of a typewriter, whichever was written.
    texts = [fold_text(one.text).replace("’", "'") for one in run]
    for phrase in re.findall("“([^”…]+)”", quoted[1]) if quoted else ():
        words = fold_text(phrase).split()
        if not any(all(word in text for word in words) for text in texts):
            yield f"nobody says “{phrase}”"


def main(arguments: Sequence[str]) -> int:
    """Check a backtest, print what is not true, and return how many pages hold something of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.pages_told")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("mentions", nargs="+")
    asked = parser.parse_args(arguments)
    brands = load_configuration(asked.config).watched()
    connectors = [choose_connector(name) for name in asked.mentions]
    mentions = (item for item in in_event_order(connectors, now_s=time.time()) if isinstance(item, Mention))
    sent, heard = told_pages(brands, mentions, load_scorer())
    wrong: Counter[str] = Counter()
    for page in sent:
        if page.brand != SELF_BRAND.id and (said := list(untrue(page, heard[page.brand]))):
            wrong[page.kind] += 1
            print(f"{page.id} v{page.version} ({page.kind}): {page.reason}\n    " + "\n    ".join(said))  # noqa: T201
    told = Counter(page.kind for page in sent)
    print(f"{dict(told)} told, not true {dict(wrong)}")  # noqa: T201
    return sum(wrong.values())


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
