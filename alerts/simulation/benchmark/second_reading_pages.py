"""The pages of the labelled stories, each with the posts that a second reader would have had before it."""

from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from alerts.backtest.run import Backtest
from alerts.incidents.incident import Incident
from alerts.simulation.benchmark.judging import OUTBREAKS, Alarm, alarms_of, judge
from alerts.simulation.benchmark.second_reading import DRAWN, HeardPost
from alerts.simulation.stories.story import Story
from alerts.simulation.stories.synthetic_mentions import labelled_arrivals
from detectors.negativity.scorer import NegativityScorer
from streams.sketches.sketch import stable_hash

ORDINARY_S = 7 * 86_400
"""So long before an outbreak began is what a reader takes for the brand's ordinary talk."""
_BATCH = 2_000


Heard = list[tuple[float, HeardPost]]
"""When each post of a brand arrived, epoch seconds, in that order."""


class Page(Struct, frozen=True, kw_only=True):
    """A page, and what was said of its brand: all of the outbreak until it rang, and a sample of the week before it."""

    story: str
    alarm: Alarm
    is_false: bool
    outbreak: tuple[HeardPost, ...]
    ordinary: tuple[HeardPost, ...]


class StoryPages(Struct, frozen=True, kw_only=True):
    """A story's alarms, and all its pages of outbreaks."""

    story: str
    seed: int
    alarms: tuple[Alarm, ...]
    pages: tuple[Page, ...]


def pages_of(story: Story, seed: int, scorer: NegativityScorer) -> StoryPages:
    """Tell a story to the backtest, and return its pages with their posts."""
    run = Backtest([brand.watched for brand in story.brands], {}, scorer)
    heard: dict[str, Heard] = {brand.id: [] for brand in story.brands}
    prefixes = {str(number): (strand.brand, *strand.beside) for number, strand in enumerate(story.strands)}
    arriving = labelled_arrivals(story, seed)
    while batch := list(islice(arriving, _BATCH)):
        for arrival, mention, is_negative in batch:
            post = HeardPost(
                hash=stable_hash(mention.id),
                published=mention.published_s,
                text=mention.content,
                language=mention.language,
                written_negative=is_negative,
            )
            for brand in prefixes[mention.id.rsplit("/", 1)[1].split("-")[0]]:
                heard[brand].append((arrival, post))
        for _ in run.take([mention for _, mention, _ in batch]):
            pass
    for _ in run.finish():
        pass
    alarms = alarms_of(run.incidents.values())
    false_pages = judge(story, alarms).false_pages
    return StoryPages(
        story=story.id,
        seed=seed,
        alarms=tuple(alarms),
        pages=tuple(
            Page(
                story=story.id,
                alarm=alarm,
                is_false=alarm in false_pages,
                outbreak=_scored(outbreak, scorer),
                ordinary=_scored(sorted(ordinary, key=lambda post: post.hash)[:DRAWN], scorer),
            )
            for incident in run.incidents.values()
            for alarm in alarms_of([incident])
            if alarm.paged and alarm.kind in OUTBREAKS
            for outbreak, ordinary in [_apart(heard[incident.brand], _began_at(incident, alarm), alarm.at)]
        ),
    )


def _apart(heard: Heard, began_at: float, at: float) -> tuple[list[HeardPost], list[HeardPost]]:
    """Return what had been heard of an outbreak at ``at``, and the ordinary talk of the week before it."""
    outbreak = [post for arrival, post in heard if post.published >= began_at and arrival < at]
    return outbreak, [post for _, post in heard if began_at - ORDINARY_S <= post.published < began_at]


def _began_at(incident: Incident, alarm: Alarm) -> float:
    """Return when what rang began: where an incident is open again, no sooner than it was over before."""
    ends = [change.event_at for change in incident.changes if change.type == "resolved"]
    return float(max([incident.began_at, *(end for end in ends if end is not None and end < alarm.at)]))


def _scored(posts: list[HeardPost], scorer: NegativityScorer) -> tuple[HeardPost, ...]:
    if not posts:
        return ()
    scores = scorer.score([post.text for post in posts], [post.language for post in posts])
    return tuple(replace(post, score=float(score)) for post, score in zip(posts, scores, strict=True))
