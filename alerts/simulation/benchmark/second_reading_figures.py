"""Whether a second reading before a page would pay, on the labelled stories: what it keeps back, and what it loses.

``python -m alerts.simulation.benchmark.second_reading_figures SEED STORY…`` reads some of the stories alone.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from rich.console import Console, RenderableType
from rich.table import Table

from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.judging import judge
from alerts.simulation.benchmark.second_reading import (
    Reader,
    Share,
    draw,
    fast,
    is_not_surely_more,
    is_surely_ordinary,
    perfect,
    share_read,
)
from alerts.simulation.benchmark.second_reading_pages import Page, StoryPages, pages_of
from alerts.simulation.benchmark.stories import of_each_story
from alerts.simulation.stories.catalogue import story_named
from detectors.negativity.model import load_scorer

READERS: Mapping[str, Reader] = {"a perfect reader": perfect, "the fast scorer": fast}
RULES: Mapping[str, Callable[[Share, Share], bool]] = {
    "surely ordinary": is_surely_ordinary,
    "not surely more": is_not_surely_more,
}


class Withheld(Struct, frozen=True, kw_only=True):
    """What one reader would keep back by one rule: pages, and the outbreaks that nobody would have been told of."""

    reader: str
    rule: str
    false_pages: int = 0
    true_pages: int = 0
    outbreaks_lost: int = 0


class ReadPage(Struct, frozen=True, kw_only=True):
    """A page, and the shares of negative posts as each reader read them: of the outbreak, and of ordinary talk."""

    story: str
    kind: str
    is_false: bool
    posts: int
    shares: dict[str, tuple[Share, Share] | None]


class StoryRead(Struct, frozen=True, kw_only=True):
    """A story's pages as they were read, and what every reader and rule would keep back of them."""

    story: str
    outbreaks: int
    pages: tuple[ReadPage, ...]
    withheld: tuple[Withheld, ...]


class SecondReadingFigures(Struct, frozen=True, kw_only=True):
    """All stories."""

    seed: int
    stories: int
    outbreaks: int
    false_pages: int
    true_pages: int
    withheld: tuple[Withheld, ...]
    pages: tuple[ReadPage, ...]

    def shown(self) -> Iterator[RenderableType]:
        """Yield the sums, and each page that was false or would be kept back."""
        table = Table(
            title=f"Kept back of {self.false_pages} false and {self.true_pages} true pages, seed {self.seed}",
            title_justify="left",
        )
        for heading in ("read by", "rule", "false pages", "true pages", "outbreaks lost"):
            table.add_column(heading, justify="left" if heading in {"read by", "rule"} else "right")
        for row in self.withheld:
            lost = f"{row.outbreaks_lost}/{self.outbreaks}"
            table.add_row(row.reader, row.rule, str(row.false_pages), str(row.true_pages), lost)
        yield table
        table = Table(title="False pages, and pages that would be kept back", title_justify="left")
        for heading in ("story", "kind", "page", "posts", *READERS):
            table.add_column(heading, justify="right" if heading == "posts" else "left")
        for page in self.pages:
            if page.is_false or any(_vetoes(page.shares[reader]) for reader in READERS):
                table.add_row(
                    page.story,
                    page.kind,
                    "false" if page.is_false else "true",
                    str(page.posts),
                    *(_in_words(page.shares[reader]) for reader in READERS),
                )
        yield table


def measure_second_reading(bench: Bench) -> SecondReadingFigures:
    """Tell the stories, the longest first, on two processes."""
    return summed(of_each_story(bench, _read_named, lambda row: row.story, section="second-reading"), bench.seed)


def _read_named(story_id: str, seed: int) -> StoryRead:
    return read_again(pages_of(story_named(story_id), seed, load_scorer()))


def read_again(replayed: StoryPages) -> StoryRead:
    """Read a story's pages with every reader, and keep back what each rule would."""
    story = story_named(replayed.story)
    pages = tuple(_read_page(page) for page in replayed.pages)
    before = judge(story, replayed.alarms)
    found = [answer.minutes is not None for answer in before.answers]
    withheld = []
    for reader in READERS:
        for rule, is_veto in RULES.items():
            vetoed = [
                page
                for page, read in zip(replayed.pages, pages, strict=True)
                if (shares := read.shares[reader]) is not None and is_veto(*shares)
            ]
            gone = [page.alarm for page in vetoed]
            after = judge(story, [alarm for alarm in replayed.alarms if alarm not in gone])
            lost = [was and answer.minutes is None for was, answer in zip(found, after.answers, strict=True)]
            withheld.append(
                Withheld(
                    reader=reader,
                    rule=rule,
                    false_pages=sum(page.is_false for page in vetoed),
                    true_pages=sum(not page.is_false for page in vetoed),
                    outbreaks_lost=sum(lost),
                )
            )
    return StoryRead(story=replayed.story, outbreaks=sum(found), pages=pages, withheld=tuple(withheld))


def _read_page(page: Page) -> ReadPage:
    outbreak, ordinary = draw(page.outbreak), draw(page.ordinary)
    shares: dict[str, tuple[Share, Share] | None] = {}
    for name, reader in READERS.items():
        now, usual = share_read(outbreak, reader), share_read(ordinary, reader)
        shares[name] = None if now is None or usual is None else (now, usual)
    return ReadPage(
        story=page.story,
        kind=page.alarm.kind,
        is_false=page.is_false,
        posts=len(page.outbreak),
        shares=shares,
    )


def summed(rows: Sequence[StoryRead], seed: int) -> SecondReadingFigures:
    """Return the stories with their sums."""
    pages = tuple(page for row in rows for page in row.pages)
    return SecondReadingFigures(
        seed=seed,
        stories=len(rows),
        outbreaks=sum(row.outbreaks for row in rows),
        false_pages=sum(page.is_false for page in pages),
        true_pages=sum(not page.is_false for page in pages),
        withheld=tuple(
            Withheld(
                reader=reader,
                rule=rule,
                false_pages=sum(one.false_pages for one in kept),
                true_pages=sum(one.true_pages for one in kept),
                outbreaks_lost=sum(one.outbreaks_lost for one in kept),
            )
            for reader in READERS
            for rule in RULES
            for kept in [[one for row in rows for one in row.withheld if (one.reader, one.rule) == (reader, rule)]]
        ),
        pages=pages,
    )


def _vetoes(shares: tuple[Share, Share] | None) -> bool:
    return shares is not None and any(is_veto(*shares) for is_veto in RULES.values())


def _in_words(shares: tuple[Share, Share] | None) -> str:
    if shares is None:
        return "too few posts"
    kept = [rule for rule, is_veto in RULES.items() if is_veto(*shares)]
    now, usual = shares
    return f"{now.share:.2f} ± {now.error:.2f}, ordinary {usual.share:.2f}" + (f": {', '.join(kept)}" if kept else "")


def main(arguments: Sequence[str]) -> None:
    """Read the pages of the stories that are named, one after the other, and print the figures."""
    seed, *names = arguments
    console = Console(width=160, highlight=False)
    for part in summed([_read_named(name, int(seed)) for name in names], int(seed)).shown():
        console.print(part)


if __name__ == "__main__":
    main(sys.argv[1:])
