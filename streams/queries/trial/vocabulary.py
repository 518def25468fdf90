"""What stands in the mentions that a query does not match, of words close to its own."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from streams.mention import Mention
from streams.queries.searchable import Searchable, plain_words, whole
from streams.queries.syntax import ANY_LETTER, ANY_LETTERS, Nearby, Words
from streams.queries.terms import means_signs
from streams.queries.trial.closeness import COMPOUND, SHORTEST, closeness
from streams.queries.trial.tree import Part

MARK = "mark"
"""A hashtag or a handle that holds a word, or is close to it."""
MOST_OF_A_WORD = 8
"""Close words that are tried for one word of a query: those in most mentions."""


class Close(Struct, frozen=True):
    """A word close to one of a query.

    Parameters
    ----------
    word
        Folded, or a tag or name with its mark.
    kind
        As ``closeness`` says it, or ``MARK``.
    mentions
        In how many mentions it stands.
    """

    word: str
    kind: str
    mentions: int


def words_asked(words: Words) -> list[str]:
    """Return the folded words of a part that others may be close to; none for wildcards, signs, tags and fields."""
    if words.field or {ANY_LETTERS, ANY_LETTER} & set(words.text) or words.text[:1] in {"#", "@", "＃", "＠"}:
        return []
    return [] if means_signs(words.text) else plain_words(words.text)


class Vocabulary:
    """Counts, in mentions given to it, the words close to those that a query wants.

    Parameters
    ----------
    parts
        Those of the query.

    Examples
    --------
    >>> from streams.mention import decode_mention
    >>> from streams.queries.syntax import read_query
    >>> from streams.queries.trial.tree import parts_of
    >>> vocabulary = Vocabulary(parts_of(read_query("hospital")))
    >>> for at, text in enumerate(("Two hospitals shut", "Save our hospitals", "a hosptial")):
    ...     post = b'{"id": "%d", "published": "2011-07-12T15:00:00Z", "content": "%b"}' % (at, text.encode())
    ...     vocabulary.take(decode_mention(post))
    >>> [(close.word, close.mentions) for close in vocabulary.close_to("hospital")]
    [('hospitals', 2), ('hosptial', 1)]
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        self._asked: set[str] = set()
        self._joined: set[str] = set()
        self.has_fields = frozenset[str]()
        for part in parts:
            if not part.is_wanted or isinstance(part.asked, Nearby) or not isinstance(part.asked, Words):
                continue
            if part.asked.field in {"source", "language"}:
                self.has_fields |= {part.asked.field}
            found = words_asked(part.asked)
            self._asked.update(word for word in found if len(word) >= SHORTEST)
            if len(joined := "".join(found)) >= SHORTEST:
                self._joined.add(joined)
        self._known: dict[str, tuple[tuple[str, str], ...]] = {}
        self._counts: dict[str, Counter[tuple[str, str]]] = {}
        self._fields: dict[str, Counter[str]] = {field: Counter() for field in self.has_fields}

    def take(self, mention: Mention) -> None:
        """Count the words of a mention."""
        for field, counts in self._fields.items():
            counts[whole(mention.source if field == "source" else mention.language)] += 1
        if not self._joined:
            return
        close: set[tuple[str, str, str]] = set()
        for word in set(Searchable(mention).words.split()):
            close.update((target, word, kind) for target, kind in self._close(word))
        for target, word, kind in close:
            self._counts.setdefault(target, Counter())[word, kind] += 1

    def _close(self, word: str) -> tuple[tuple[str, str], ...]:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = tuple(self._look(word))
        return known

    def _look(self, word: str) -> Iterable[tuple[str, str]]:
        if word[0] in "#@":
            for joined in self._joined:
                if joined in word or closeness(joined, word[1:]):
                    yield joined, MARK
            return
        for asked in self._asked | self._joined:
            kind = closeness(asked, word)
            if kind == COMPOUND and asked not in self._joined:
                continue
            if kind:
                yield asked, kind
            elif asked in self._joined - self._asked and asked == word:
                yield asked, COMPOUND

    def close_to(self, target: str) -> list[Close]:
        """Return what is close to a folded word, or to a phrase joined to one word; the most frequent first."""
        counts = self._counts.get(target, Counter())
        # A tag is found by its word too: whichever says more of the two is enough.
        twice = {
            ((word[1:], COMPOUND) if counts[word[1:], COMPOUND] == count else (word, kind))
            for (word, kind), count in counts.items()
            if kind == MARK and (word[1:], COMPOUND) in counts
        }
        found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [Close(word, kind, count) for (word, kind), count in found if (word, kind) not in twice][:MOST_OF_A_WORD]

    def values(self, field: str) -> list[str]:
        """Return what else stands in ``source`` or ``language``, the most frequent first."""
        return [value for value, _ in self._fields.get(field, Counter()).most_common(MOST_OF_A_WORD) if value]
