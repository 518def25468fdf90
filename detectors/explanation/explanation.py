"""Why it fired: what is said in the outbreak and not in the brand's ordinary talk, and by whom."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec.structs import replace

from detectors.assessment import Kind
from detectors.explanation.concentration import Tally, concentration
from detectors.explanation.ordinary_talk import Family, OrdinaryTalk
from detectors.explanation.phrases import terms_of
from detectors.post import Post
from detectors.same_text import fold_text, text_key
from detectors.verdict import Evidence, Term

PHRASES_SHOWN = 8
TERMS_SHOWN = 5
POSTS_SHOWN = 3

LEAST_SHARE = 0.04
"""Of the voices; what fewer than one in twenty-five say is no reason for an outbreak."""
LEAST_WEIGHT = 1.96
"""z-score: 95 % two-sided, as in the paper."""
PRIOR_POSTS = 50.0
"""Posts that the prior is worth. The paper's choice is of this order; 20 to 200 rank alike."""
BACKGROUND_POSTS = 50.0
BACKGROUND_SHARE = 0.01
"""Ordinary talk that is assumed beside what was learned, so that a newborn brand has something to compare with."""
SAME_PHRASE = 0.6
"""Of two phrases that share a word, one is dropped where this share of its voices said the other too."""
REACH_FOLLOWERS = 1_000
"""An author with fewer followers amplifies nothing."""
FEW_POSTS = 4
"""What more posts than these say, author or link, does not go with them; their ids would fill the record."""


def explain(
    posts: Sequence[Post],
    talk: OrdinaryTalk,
    *,
    tally: Tally,
    kind: Kind = "crisis",
    own: frozenset[str] = frozenset(),
    recent: Sequence[float] = (),
    of_harm: bool = False,
) -> Evidence:
    """Return the evidence for an outbreak, without its chart.

    Terms are ranked by the log-odds with an informative Dirichlet prior [^1] of the outbreak's posts against
    the brand's ordinary ones: the prior is the two together, so a term that is rare in both weighs little.
    One author is one voice: what one person says often is not what people say. Pure and deterministic; the
    order of ``posts`` does not matter.

    Parameters
    ----------
    posts
        The run's sample, repeats of an id and withdrawn posts left out.
    talk
        What the brand's quiet bins held.
    tally
        What the decision counted.
    kind
        A crisis is shown by negative posts, an opportunity by the others.
    own
        The brand's own words, see ``phrases.own_words``.
    recent
        Voices of the latest bins, oldest first, for whether it still accelerates.
    of_harm
        It is shown by the posts that report harm to the brand, or ask for it.

    References
    ----------
    [^1]: Monroe, B., Colaresi, M., Quinn, K. (2008). Fightin' Words: lexical feature selection and evaluation
          for identifying the content of political conflict.
    """
    posts = sorted(posts, key=lambda post: (post.published, post.id))
    authors = {
        author: 1 << number for number, author in enumerate(dict.fromkeys(post.author or post.id for post in posts))
    }
    phrases: dict[str, int] = {}
    hashtags: dict[str, int] = {}
    links: dict[str, int] = {}
    terms_in = [(post, terms_of(post, own)) for post in posts]
    for post, terms in terms_in:
        author = authors[post.author or post.id]
        for ranked, authors_of in zip(terms, (phrases, hashtags, links), strict=True):
            for term in ranked:
                authors_of[term] = authors_of.get(term, 0) | author
    compare = _Comparison(talk, len(authors))
    if talk.posts < BACKGROUND_POSTS:
        # Nothing learned says how ordinary its own hashtags are; they would lead every explanation.
        hashtags = {tag: who for tag, who in hashtags.items() if tag not in own}
    top_phrases = compare.distinct_phrases(phrases)
    of_posts = _Comparison(talk, len(posts))
    names = {post.author: post.author_name or post.author for post in posts if post.author}
    written_by = [(post.id, {names[post.author]}) for post in posts if post.author]
    with_phrase, with_hashtag, with_link = (
        [(post.id, terms[family]) for post, terms in terms_in] for family in range(3)
    )
    scored = sum(post.negativity is not None for post in posts)
    return Evidence(
        phrases=_hanging(with_phrase, top_phrases),
        hashtags=_hanging(with_hashtag, compare.top("hashtag", _counts(hashtags))),
        authors=_hanging(
            written_by,
            of_posts.top(
                "author", Counter(post.author for post in posts if post.author), shown=lambda author: names[author]
            ),
            len(posts),
        ),
        links=_hanging(with_link, compare.distinct_links(links)),
        sources=of_posts.top("source", Counter(post.source for post in posts)),
        all_sources=tuple(sorted({post.source for post in posts})),
        concentration=concentration(posts, talk, tally),
        amplifiers=_hanging(written_by, _amplifiers(posts), len(posts)),
        posts=representative_posts(posts, [term.text for term in top_phrases], kind=kind, of_harm=of_harm),
        unscored_share=1.0 - scored / len(posts) if posts else 0.0,
        accelerating=accelerating(recent),
    )


class _Comparison:
    """Log-odds of the outbreak's terms against ordinary talk; ``size`` is what the outbreak's counts are out of."""

    def __init__(self, talk: OrdinaryTalk, size: int) -> None:
        self._talk = talk
        self._size = size
        self._least = max(2.0 if size >= 4 else 1.0, LEAST_SHARE * size)

    def weight(self, family: Family, term: str, count: int) -> float:
        """Return the z-score of a term's log-odds, above 0 where it is commoner than in ordinary talk."""
        ordinary_size = self._talk.posts + BACKGROUND_POSTS
        ordinary = min(self._talk.count(family, term), self._talk.posts) + BACKGROUND_POSTS * BACKGROUND_SHARE
        prior = PRIOR_POSTS * (count + ordinary) / (self._size + ordinary_size)
        here, there = count + prior, ordinary + prior
        log_odds = math.log(here / (self._size + PRIOR_POSTS - here)) - math.log(
            there / (ordinary_size + PRIOR_POSTS - there)
        )
        return log_odds / math.sqrt(1.0 / here + 1.0 / there)

    def ranked(self, family: Family, counts: Iterable[tuple[str, int]]) -> list[tuple[float, str, int]]:
        """Return weight, term and count of what is over-represented, weightiest first."""
        found = [(self.weight(family, term, count), term, count) for term, count in counts if count >= self._least]
        return sorted((item for item in found if item[0] >= LEAST_WEIGHT), key=lambda item: (-item[0], item[1]))

    def top(self, family: Family, counts: dict[str, int], *, shown: Callable[[str], str] = str) -> tuple[Term, ...]:
        """Return the weightiest terms of a family."""
        return tuple(
            self._term(family, term, count, weight, shown(term))
            for weight, term, count in self.ranked(family, counts.items())[:TERMS_SHOWN]
        )

    def distinct_phrases(self, authors_of: dict[str, int]) -> tuple[Term, ...]:
        """Return the weightiest phrases, of several ways to cut one saying the longest."""
        ranked = self.ranked("phrase", ((phrase, who.bit_count()) for phrase, who in authors_of.items()))
        # A longer phrase that most of a shorter one's voices said takes its place.
        ranked.sort(key=lambda item: (-item[0] * (1.0 + 0.25 * item[1].count(" ")), item[1]))
        chosen: list[Term] = []
        for weight, phrase, count in ranked:
            words = set(phrase.split())
            if any(
                words & set(other.text.split())
                and (authors_of[phrase] & authors_of[other.text]).bit_count() >= SAME_PHRASE * count
                for other in chosen
            ):
                continue
            chosen.append(self._term("phrase", phrase, count, weight, phrase))
            if len(chosen) == PHRASES_SHOWN:
                break
        return tuple(chosen)

    def distinct_links(self, authors_of: dict[str, int]) -> tuple[Term, ...]:
        """Return the weightiest links; a site only where its pages in the list do not account for it."""
        ranked = self.ranked("link", _counts(authors_of).items())
        pages = [item for item in ranked if "/" in item[1]]
        kept = [
            (weight, link, count)
            for weight, link, count in ranked
            if "/" in link
            or sum(others for _, page, others in pages if page.startswith(f"{link}/")) < SAME_PHRASE * count
        ]
        return tuple(self._term("link", link, count, weight, link) for weight, link, count in kept[:TERMS_SHOWN])

    def _term(self, family: Family, term: str, count: int, weight: float, shown: str) -> Term:
        return Term(
            text=shown,
            share=round(count / self._size, 4),
            ordinary_share=round(self._talk.share(family, term), 4),
            weight=round(weight, 2),
        )


def _hanging(
    posts: Sequence[tuple[str, Collection[str]]], terms: Sequence[Term], most: int = FEW_POSTS
) -> tuple[Term, ...]:
    """Return terms with the posts that each hangs on, where those are few: it goes when they are taken down.

    Parameters
    ----------
    posts
        The id of each, and what of the terms' kind it holds.
    most
        What hangs on more posts than these stays: many say it.
    """
    held = ([post for post, holds in posts if term.text in holds] for term in terms)
    return tuple(
        replace(term, posts=tuple(ids)) if len(ids) <= most else term for term, ids in zip(terms, held, strict=True)
    )


def _counts(authors_of: dict[str, int]) -> dict[str, int]:
    return {term: who.bit_count() for term, who in authors_of.items()}


def _amplifiers(posts: Sequence[Post]) -> tuple[Term, ...]:
    """Return the authors with the widest reach: ``share`` of the sample's followers, ``weight`` the followers."""
    reach: dict[str, tuple[int, str]] = {}
    for post in posts:
        if post.author:
            followers = max(post.followers, reach.get(post.author, (0, ""))[0])
            reach[post.author] = (followers, post.author_name or post.author)
    total = sum(followers for followers, _ in reach.values())
    widest = sorted(reach.items(), key=lambda item: (-item[1][0], item[0]))[:TERMS_SHOWN]
    return tuple(
        Term(text=name, share=round(followers / total, 4), weight=float(followers))
        for _, (followers, name) in widest
        if followers >= REACH_FOLLOWERS
    )


def representative_posts(
    posts: Sequence[Post], phrases: Sequence[str], *, kind: Kind = "crisis", of_harm: bool = False
) -> tuple[Post, ...]:
    """Return up to three posts that stand for the rest: distinct authors, distinct texts, the top phrases covered.

    Of a crisis the negative ones (of one of harm those that report it), of an opportunity the others, as long as there
    are any. Chosen one by one,
    each for the phrases that those before it lack and for how much of what it says is said by others too;
    followers play no part, because the loudest is not the typical.
    """
    wanted: list[Post] = []
    rest: list[Post] = []
    for post in posts:
        is_wanted = post.is_harmful if of_harm else post.is_negative == (kind != "opportunity")
        (wanted if is_wanted else rest).append(post)
    chosen: list[Post] = []
    texts: set[str] = set()
    authors: set[str] = set()
    covered: set[str] = set()
    for group in (wanted, rest):
        folded = {post.id: f" {fold_text(post.content)} " for post in group}
        words = {id_: set(text.split()) for id_, text in folded.items()}
        common = Counter(word for of_post in words.values() for word in of_post)
        central = {
            id_: sum(common[word] for word in of_post) / (len(group) * (len(of_post) + 6.0))
            for id_, of_post in words.items()
        }
        while len(chosen) < POSTS_SHOWN:
            open_posts = [
                post
                for post in group
                if folded[post.id].strip()
                and (text_key(post.content) or folded[post.id]) not in texts
                and (not post.author or post.author not in authors)
            ]
            if not open_posts:
                break
            best = max(
                open_posts,
                key=lambda post: (_worth(post, folded[post.id], phrases, covered) + central[post.id], post.id),
            )
            chosen.append(best)
            texts.add(text_key(best.content) or folded[best.id])
            authors.add(best.author)
            covered.update(phrase for phrase in phrases if f" {phrase} " in folded[best.id])
        if chosen:
            break
    return tuple(chosen)


def _worth(post: Post, folded: str, phrases: Sequence[str], covered: set[str]) -> float:
    new = sum(
        1.0 / (rank + 2) for rank, phrase in enumerate(phrases) if phrase not in covered and f" {phrase} " in folded
    )
    return new - (0.3 if post.repost else 0.0)


def accelerating(recent: Sequence[float]) -> bool | None:
    """Whether the latest third of the bins rose by more than the third before did; ``None`` with fewer than three.

    The rise must be above what chance makes of such counts, and no slower than the one before.

    Examples
    --------
    >>> accelerating([2, 10, 60]), accelerating([2, 60, 90]), accelerating([9, 60, 40]), accelerating([4])
    (True, False, False, None)
    """
    third = len(recent) // 3
    if not third:
        return None
    before, middle, last = (sum(recent[len(recent) - n * third :][:third]) for n in (3, 2, 1))
    return last - middle > math.sqrt(last + middle) and last - middle >= middle - before
