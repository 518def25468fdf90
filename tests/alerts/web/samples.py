"""A crisis as it could have been: a hospital trust that starts to charge its patients' visitors for parking."""

import math
import random

from detectors.post import Post
from detectors.verdict import Concentration, Counted, Evidence, Point, Size, Term, Verdict

BEGAN = 1752588120  # 2025-07-15T14:02:00Z
RANG = BEGAN + 9 * 60
BIN_S = 60

POSTS = (
    Post(
        id="p1",
        published=BEGAN + 300,
        content="£14 to sit beside my mum while she has chemo. Car park charges at Northside went up again, "
        "and nobody told us.",
        source="bluesky",
        url="https://bsky.app/profile/jo.example/post/3kz1",
        author="jo",
        author_name="Jo Marsh",
        followers=5210,
        language="en",
        negativity=0.94,
    ),
    Post(
        id="p2",
        published=BEGAN + 540,
        content="Nurses pay to park at their own hospital. Nurses! On night shift! Shame on you @northsidenhs "
        "#SaveNorthside",
        source="mastodon",
        url="https://mastodon.social/@wardsister/112",
        author="wardsister",
        author_name="A ward sister",
        followers=310,
        language="en",
        negativity=0.91,
    ),
    Post(
        id="p3",
        published=BEGAN + 720,
        content="My dad missed his appointment because the new parking machines were broken. Third time. "
        "Who decided this?",
        source="bluesky",
        url="https://bsky.app/profile/tariq.example/post/3kz9",
        author="tariq",
        author_name="Tariq",
        followers=48,
        language="en",
        negativity=0.88,
    ),
)


def chart(bins: int = 90, until: int = 34, height: float = 200.0) -> tuple[Point, ...]:
    """Points of one minute: ordinary talk, then a rise from ``BEGAN`` on, ``until`` minutes into the crisis."""
    dice = random.Random(7)
    start = BEGAN - (bins - until) * BIN_S
    points = []
    for i in range(bins):
        at = start + i * BIN_S
        since = (at - BEGAN) / 60
        rise = height * (1 - math.exp(-since / 9)) * math.exp(-max(0.0, since - 24) / 60) if since >= 0 else 0.0
        seen = max(0, round(7 + 2 * math.sin(i / 9) + dice.gauss(0, 2.2) + rise * dice.uniform(0.85, 1.12)))
        share = 0.2 if since < 0 else 0.55 + 0.32 * (1 - math.exp(-since / 5))
        negatives = min(seen, round(seen * share * dice.uniform(0.9, 1.08)))
        points.append(Point(at, BIN_S, seen, negatives, 7 + 2 * math.sin(i / 9), 15 + 2 * math.sin(i / 9)))
    return tuple(points)


def evidence(points: tuple[Point, ...] = (), posts: tuple[Post, ...] = POSTS) -> Evidence:
    """Why it rang."""
    return Evidence(
        phrases=(
            Term(text="car park charges", share=0.41, ordinary_share=0.01, weight=21.0),
            Term(text="paying to park", share=0.22, ordinary_share=0.004, weight=15.0),
            Term(text="night shift", share=0.17, ordinary_share=0.02, weight=9.0),
            Term(text="broken machines", share=0.08, ordinary_share=0.0, weight=7.0),
        ),
        hashtags=(Term(text="savenorthside", share=0.31, ordinary_share=0.002, weight=17.0),),
        concentration=Concentration(
            authors=1180,
            texts=1102,
            mentions=1406,
            loudest_author="A ward sister",
            loudest_author_share=0.02,
            loudest_source="bluesky",
            loudest_source_share=0.7,
        ),
        posts=posts,
        chart=points,
    )


def verdict(minutes: int = 34, **fields: object) -> Verdict:
    """Return what the watch stage says ``minutes`` into the crisis."""
    points = chart(until=minutes)
    peak = max(points, key=lambda point: point.seen)
    since = [point for point in points if point.start >= BEGAN]
    seen = sum(point.seen for point in since)
    counted = Counted(
        seen=seen,
        span_s=minutes * 60,
        expected=sum(point.expected for point in since),
        negative_share=sum(point.negatives for point in since) / max(1, seen),
        expected_negative_share=0.21,
        at=BEGAN + minutes * 60,
        negatives=sum(point.negatives for point in since),
        expected_negatives=0.21 * sum(point.expected for point in since),
    )
    values: dict[str, object] = {
        "id": f"v-{minutes}",
        "brand": "northside",
        "kind": "crisis",
        "phase": "ringing",
        "severity": "critical",
        "fired_at": RANG,
        "at": BEGAN + minutes * 60,
        "bin": BEGAN + minutes * 60 - BIN_S,
        "began_at": BEGAN,
        "peak_bin": peak.start,
        "seen": peak.seen,
        "expected": peak.expected,
        "negative_share": peak.negatives / peak.seen,
        "expected_negative_share": 0.21,
        "score": 88.0,
        "threshold": 12.0,
        "reason": "",
        "counted": counted,
        "worst": Size(negatives=1180.0, expected_negatives=48.0),
        "evidence": evidence(points),
        "mentions_total": seen,
    }
    return Verdict(**{**values, **fields})  # type: ignore[arg-type]
