"""What a second reading would keep back of a story's pages, and what nobody would be told of."""

import pytest

from alerts.simulation.benchmark.judging import Alarm
from alerts.simulation.benchmark.second_reading import HeardPost, is_surely_ordinary
from alerts.simulation.benchmark.second_reading_figures import Withheld, main, read_again, summed
from alerts.simulation.benchmark.second_reading_pages import Page, StoryPages, pages_of
from alerts.simulation.stories.catalogue import story_named
from detectors.negativity.model import load_scorer


def heard(count: int, *, negative: int, scored: int) -> tuple[HeardPost, ...]:
    return tuple(
        HeardPost(
            hash=number,
            published=0.0,
            text="",
            language="en",
            written_negative=number < negative,
            score=0.9 if number < scored else 0.1,
        )
        for number in range(count)
    )


def told(story_id: str, *, is_false: bool) -> StoryPages:
    story = story_named(story_id)
    truth = story.truth[0]
    alarm = Alarm(brand=truth.brand, kind="crisis", at=(truth.began_at or story.end_s) + 60.0)
    page = Page(
        story=story_id,
        alarm=alarm,
        is_false=is_false,
        outbreak=heard(100, negative=5, scored=60),
        ordinary=heard(100, negative=20, scored=20),
    )
    return StoryPages(story=story_id, seed=1, alarms=(alarm,), pages=(page,))


def kept_back(story_id: str, *, is_false: bool) -> dict[str, Withheld]:
    rows = read_again(told(story_id, is_false=is_false)).withheld
    return {row.reader: row for row in rows if row.rule == "surely ordinary"}


def test_a_reader_who_sees_that_nobody_is_angry_keeps_a_false_page_back():
    by_reader = kept_back("memorial-run", is_false=True)

    assert by_reader["a perfect reader"].false_pages == 1
    assert by_reader["the fast scorer"].false_pages == 0


def test_an_outbreak_whose_only_page_is_kept_back_is_lost():
    by_reader = kept_back("first-hour", is_false=False)

    assert (by_reader["a perfect reader"].true_pages, by_reader["a perfect reader"].outbreaks_lost) == (1, 1)
    assert by_reader["the fast scorer"].outbreaks_lost == 0


def test_the_sums_are_over_all_stories():
    rows = [
        read_again(told("memorial-run", is_false=True)),
        read_again(told("lively-forum", is_false=True)),
        read_again(told("first-hour", is_false=False)),
    ]

    figures = summed(rows, seed=1)

    first = figures.withheld[0]
    assert (figures.false_pages, figures.true_pages, figures.outbreaks) == (2, 1, 1)
    assert (first.false_pages, first.true_pages, first.outbreaks_lost) == (2, 1, 1)


def test_a_crisis_read_as_it_was_written_is_not_kept_back():
    pages = pages_of(story_named("first-hour"), 1, load_scorer())

    (page,) = pages.pages
    assert not page.is_false
    assert all(post.published <= page.alarm.at for post in page.outbreak)
    read = read_again(pages)
    shares = read.pages[0].shares["a perfect reader"]
    assert shares is not None
    assert shares[0].share > shares[1].share + 0.3
    assert not is_surely_ordinary(*shares)
    assert sum(row.outbreaks_lost for row in read.withheld) == 0


@pytest.mark.parametrize("story_id", ["memorial-run", "newsletter", "merger"])
def test_no_post_of_a_harmless_wave_is_written_against_the_brand(story_id):
    story = story_named(story_id)
    waves = [strand for strand in story.strands if strand.points]

    assert waves
    assert not any(theme.is_negative for strand in waves for theme, _ in strand.themes)


def test_stories_that_are_named_are_read_alone(capsys):
    main(["1", "steep-newborn"])

    assert "Kept back of 0 false and 0 true pages, seed 1" in capsys.readouterr().out
