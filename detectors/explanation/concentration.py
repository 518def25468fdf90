"""Whether an outbreak is many people, or one author, one source, one text."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from detectors.explanation.ordinary_talk import OrdinaryTalk
from detectors.post import Post
from detectors.same_text import text_key
from detectors.verdict import Concentration


class Tally(Struct, frozen=True, kw_only=True):
    """What the decision counted over the run, as against the sample that the evidence is made of.

    Parameters
    ----------
    mentions, authors, texts
        Records, distinct authors and distinct texts of the run.
    counted, expected
        Voices that the decision rests on (the negative ones for a crisis, all for an opportunity), and those due.
    needed
        Excess of ``counted`` over ``expected`` without which it would not ring: floor and gates together.
    bins
        Bins of the run: an author who posts in each was counted once in each.
    """

    mentions: int
    authors: int
    texts: int
    counted: float
    expected: float
    needed: float
    bins: int = 1

    def rings_without(self, authors: float, expected: float = 0.0) -> bool:
        """Whether the excess would do without ``authors`` of those counted, of which ``expected`` were expected.

        Also where it does not suffice with them, as when an outbreak fades: then it hangs on nobody.

        Examples
        --------
        >>> tally = Tally(mentions=90, authors=40, texts=38, counted=30, expected=2.0, needed=8.0)
        >>> tally.rings_without(1), tally.rings_without(25)
        (True, False)
        """
        if self.counted - self.expected < self.needed:
            return True
        return (self.counted - authors) - max(0.0, self.expected - expected) >= self.needed


def concentration(posts: Sequence[Post], talk: OrdinaryTalk, tally: Tally) -> Concentration:
    """Return how much of the outbreak hangs on one author, one source or one text.

    Shares are of the sampled ``posts``. Whether it would ring without the loudest is recomputed from the
    ``tally``, with the part of the counted voices that the sample gives the loudest: one author counts once a
    bin however often he posted, a text as many voices as posted it, and a source takes its ordinary share of
    the expected voices with it.
    """
    if not posts:
        return Concentration(authors=tally.authors, texts=tally.texts, mentions=tally.mentions)
    authors = Counter(post.author for post in posts if post.author)
    sources = Counter(post.source for post in posts)
    # Names, not numbers, break ties: the same posts in another order give the same evidence.
    author, authored = max(authors.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    source, _ = max(sources.items(), key=lambda item: (item[1], item[0]))
    keys = [text_key(post.content) for post in posts]
    copies = Counter(key for key in keys if key)
    copied, copied_posts = max(copies.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if copied_posts < 2:
        copied, copied_posts = "", 0

    speakers = {post.author or post.id for post in posts}
    from_source = {post.author or post.id for post in posts if post.source == source}
    repeats = [post for post, key in zip(posts, keys, strict=True) if copied and key == copied]
    with_text = {post.author or post.id for post in repeats}
    name = next((post.author_name for post in posts if post.author == author and post.author_name), author)
    shown = min((post.content for post in repeats), default="")
    source_part = len(from_source) / len(speakers)
    return Concentration(
        authors=tally.authors,
        texts=tally.texts,
        mentions=tally.mentions,
        loudest_author=name if authored > 1 else "",
        loudest_author_share=authored / len(posts) if authored > 1 else 0.0,
        loudest_author_posts=tuple(post.id for post in posts if post.author == author) if authored > 1 else (),
        loudest_source=source,
        loudest_source_share=sources[source] / len(posts),
        repeated_text=shown,
        repeated_text_share=copied_posts / len(posts),
        repeated_text_posts=tuple(post.id for post in repeats),
        rings_without_loudest_author=authored <= 1 or tally.rings_without(min(tally.bins, authored)),
        rings_without_loudest_source=tally.rings_without(
            source_part * tally.counted, talk.share("source", source) * tally.expected
        ),
        rings_without_repeated_text=tally.rings_without(len(with_text) / len(speakers) * tally.counted),
    )
