"""What a query would be with one condition relaxed."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from streams.errors import QueryError
from streams.queries.query import Query, compile_query
from streams.queries.syntax import MOST_BETWEEN, AllOf, Asked, Nearby, NotThis, OneOf, Words
from streams.queries.trial.closeness import COMPOUND, FORM, SHORTEST
from streams.queries.trial.tree import Part, parts_of
from streams.queries.trial.vocabulary import MARK, Close, Vocabulary, words_asked
from streams.queries.words import in_words
from streams.queries.written import written

WITHOUT, NOT, DISTANCE, ORDER, PHRASE, SPELLING, INSIDE, FIELD, LANGUAGES = (
    "without", "not", "distance", "order", "phrase", "spelling", "inside", "field", "languages",
)  # fmt: skip
"""Kinds of changes, as they stand in JSON."""
MOST_CHANGES = 400
"""Changes that are tried of one query; each is a query of its own to be matched."""
_PHRASE_SLOP = 3
"""Places by which the words of a phrase are let move: ``northside's new hospital``, ``hospital in Northside``."""


class Relaxed(Struct, frozen=True):
    """A query with one condition relaxed.

    Parameters
    ----------
    kind
        One of the kinds above.
    what
        The change, in words, as it follows on *would match*.
    query
        As it would be written.
    compiled
        The same, compiled.
    languages
        The languages that the brand would listen to; empty for all.
    """

    kind: str
    what: str
    query: str
    compiled: Query
    languages: tuple[str, ...] = ()


def relaxed(asked: Asked, vocabulary: Vocabulary, languages: Sequence[str] = ()) -> list[Relaxed]:
    """Return a query with one condition relaxed, in each of the ways that may bring something in.

    Parameters
    ----------
    vocabulary
        Words close to those of the query, in mentions that it does not match.
    languages
        Those that the brand listens to; empty for all.

    Examples
    --------
    >>> from streams.queries.syntax import read_query
    >>> asked = read_query("northside AND (hospital NEAR/2 fire) NOT shop*")
    >>> for one in relaxed(asked, Vocabulary(parts_of(asked)))[:3]:
    ...     print(one.kind, one.query)
    not northside AND (hospital NEAR/2 fire)
    without (hospital NEAR/2 fire) AND NOT shop*
    without northside AND NOT shop*
    """
    whole_query = written(asked)
    found: dict[str, Relaxed] = {}
    for kind, what, whole in (change for part in parts_of(asked) for change in _changes(part, vocabulary)):
        query = written(whole)
        if query not in found and query != whole_query and (compiled := _compiled(query)) is not None:
            found[query] = Relaxed(kind, what, query, compiled, tuple(languages))
        if len(found) >= MOST_CHANGES:
            break
    changes = list(found.values())
    if languages:
        what = f"if the brand listened to more than {', '.join(languages)}"
        changes.append(Relaxed(LANGUAGES, what, whole_query, compile_query(whole_query)))
    return changes


def _compiled(query: str) -> Query | None:
    """Compile what is left; ``None`` where it cannot be looked for: without its only word it would match everything."""
    try:
        return compile_query(query)
    except QueryError:
        return None


_Changes = Iterator[tuple[str, str, Asked]]


def _changes(part: Part, vocabulary: Vocabulary) -> _Changes:
    match part.asked:
        case AllOf(parts) if part.is_wanted:
            for at, one in enumerate(parts):
                rest = (*parts[:at], *parts[at + 1 :])
                whole = part.changed(rest[0] if len(rest) == 1 else AllOf(rest))
                if isinstance(one, NotThis):
                    yield NOT, f"if it did not forbid {in_words(one.part)}", whole
                else:
                    yield WITHOUT, f"if it did not ask for {in_words(one)}", whole
        case OneOf(parts) if not part.is_wanted:
            for at, one in enumerate(parts):
                rest = (*parts[:at], *parts[at + 1 :])
                whole = part.changed(rest[0] if len(rest) == 1 else OneOf(rest))
                yield NOT, f"if it did not forbid {in_words(one)}", whole
        case Nearby() if part.is_wanted:
            yield from _nearer(part, part.asked)
        case Words(field="") if part.is_wanted:
            yield from _words(part, part.asked, vocabulary)
        case Words(field="source" | "language") if part.is_wanted:
            for value in vocabulary.values(part.asked.field):
                other = Words(value, part.asked.at, quoted=True, field=part.asked.field)
                yield FIELD, f"if {in_words(part.asked)} could be {value}", part.changed(_or(part.asked, [other]))


def _nearer(part: Part, near: Nearby) -> _Changes:
    sides = f"{in_words(near.left)} and {in_words(near.right)}"
    wider = min(MOST_BETWEEN, max(2 * near.most_between, near.most_between + 3))
    if wider > near.most_between:
        what = f"if {wider} words instead of {near.most_between} might stand between {sides}"
        yield DISTANCE, what, part.changed(replace(near, most_between=wider))
    if near.in_order:
        yield ORDER, f"if {sides} might come either way round", part.changed(replace(near, in_order=False))


def _words(part: Part, words: Words, vocabulary: Vocabulary) -> _Changes:
    asked = words_asked(words)
    if words.slop:
        wider = min(MOST_BETWEEN, 2 * words.slop + 1)
        if wider > words.slop:
            what = f'if the words of "{words.text}" might be moved by {wider} places instead of {words.slop}'
            yield PHRASE, what, part.changed(replace(words, slop=wider))
    elif len(set(asked)) == len(asked) == len(words.text.split()) > 1:
        what = f"if the words of {in_words(words)} might stand up to {_PHRASE_SLOP} places away from where they are"
        apart = Words(words.text, words.at, quoted=True, slop=_PHRASE_SLOP)
        # Within a distance a phrase with ~ cannot stand.
        yield PHRASE, what, part.changed(_or(words, [apart]))
    for close in vocabulary.close_to("".join(asked)) if asked else ():
        if close.kind in {MARK, COMPOUND} or len(asked) == 1:
            kind = INSIDE if close.kind in {MARK, COMPOUND} else SPELLING
            yield kind, _what(words, close), part.changed(_or(words, [Words(close.word, words.at)]))
    if len(asked) < 2:
        return
    for at, word in enumerate(asked):
        for close in vocabulary.close_to(word) if len(word) >= SHORTEST else ():
            if close.kind in {MARK, COMPOUND}:
                continue
            phrase = " ".join((*asked[:at], close.word, *asked[at + 1 :]))
            other = Words(phrase, words.at, quoted=True)
            yield SPELLING, _what(words, close, phrase), part.changed(_or(words, [other]))


def _or(words: Words, others: list[Words]) -> Asked:
    return OneOf((words, *others))


def _what(words: Words, close: Close, phrase: str = "") -> str:
    if close.kind == MARK:
        return f"if {close.word} were enough, which holds {in_words(words)}"
    if close.kind == COMPOUND:
        return f'if "{close.word}" were enough, which holds {in_words(words)}'
    how = "another form" if close.kind == FORM else "another spelling"
    return f'if "{phrase or close.word}" were enough, {how} of {in_words(words)}'
