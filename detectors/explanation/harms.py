"""By which words an outbreak's posts report harm to the brand: those of the head's own list, and no stranger's."""

from collections import Counter
from collections.abc import Iterable

from detectors.post import Post

SHOWN = 2


def harms_of(posts: Iterable[Post]) -> tuple[str, ...]:
    """Return the words that most authors report harm by, the commonest first.

    Examples
    --------
    >>> posts = [Post(id=str(n), published=0.0, content="", author=f"a{n}", harm=("recall",)) for n in range(3)]
    >>> harms_of([*posts, Post(id="4", published=0.0, content="", harm=("lawsuit", "recall"))])
    ('recall', 'lawsuit')
    """
    by_author = {(word, post.author or post.id) for post in posts for word in post.harm}
    counts = Counter(word for word, _ in by_author)
    return tuple(sorted(counts, key=lambda word: (-counts[word], word))[:SHOWN])
