"""What a backtest would have told people is true of the mentions that it was given."""

import pytest
from msgspec.structs import replace

from alerts.incidents.incident import Incident
from alerts.simulation.stories.catalogue import story_named
from alerts.simulation.stories.synthetic_mentions import mentions
from detectors.negativity.model import load_scorer
from tests.pages_told import Heard, told_pages, untrue


@pytest.fixture(scope="module")
def told() -> tuple[list[Incident], dict[str, list[Heard]]]:
    story = story_named("down-twice")
    return told_pages([brand.watched for brand in story.brands], mentions(story), load_scorer())


def test_each_page_of_a_small_app_that_fails_twice_is_true_of_its_posts(told):
    pages, heard = told
    fired = [page for page in pages if page.change.type == "opened"]

    assert [page.kind for page in fired] == ["crisis", "crisis"]
    assert {page.id: list(untrue(page, heard[page.brand])) for page in pages} == {page.id: [] for page in pages}


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ({"seen": 900}, "900 authors"),
        ({"negatives": 1}, "1 negative authors"),
        ({"expected": 1e4}, "no more than is ordinary"),
        ({"expected_negatives": 1e4}, "no more negative ones"),
        ({"negatives": None}, "tells no run"),
    ],
)
def test_a_figure_that_is_not_true_is_found(told, counted, said):
    pages, heard = told
    assert pages[0].counted is not None
    wrong = replace(pages[0], counted=replace(pages[0].counted, **counted))

    assert any(said in untruth for untruth in untrue(wrong, heard[wrong.brand]))


def test_posts_of_another_day_and_phrases_that_nobody_says_are_found(told):
    pages, heard = told
    page = pages[0]
    elsewhere = replace(page.evidence.posts[0], id="elsewhere")
    wrong = replace(
        page, evidence=replace(page.evidence, posts=(elsewhere,)), reason="x; people say “purple elephants”."
    )

    found = list(untrue(wrong, heard[page.brand]))

    assert "a post is not of its run" in found
    assert "nobody says “purple elephants”" in found
