"""A query tried on the mentions of files: everything that ``tocsin query`` reports."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from alerts.cli.kept_mentions import KeptMentions
from alerts.wording.foreign_text import sanitise
from alerts.wording.shown_match import ShownMatch, shown_match
from streams.queries.query import compile_query
from streams.queries.syntax import read_query
from streams.queries.trial.apart import Apart, WordsApart
from streams.queries.trial.changes import Relaxed, relaxed
from streams.queries.trial.near_misses import NearMisses
from streams.queries.trial.tally import Tally
from streams.queries.trial.tree import CompiledTree, parts_of
from streams.queries.trial.vocabulary import Vocabulary
from streams.queries.words import described, warnings

SHOWN = 10
"""Matches that are shown."""


class Tried(Struct, frozen=True):
    """What a query is, and the parts of it that a trial needs.

    Parameters
    ----------
    query
        As it stands in ``tocsin.yml``.
    name
        Of the brand; empty where the query is nobody's yet.
    languages
        Those that the brand listens to; empty for all.
    theirs
        Of which suite's query it is a translation; empty for none.
    left_out
        What of the suite's query has no equal and was left out, or replaced by what is wider; a line each.
    notes
        What of the suite's query is read otherwise than it looks.
    """

    query: str
    name: str = ""
    languages: tuple[str, ...] = ()
    theirs: str = ""
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class TermCount(Struct, frozen=True):
    """How many matches hold a term of the query, and how many would be none without it."""

    term: str
    mentions: int
    alone: int


class ShownMiss(Struct, frozen=True):
    """One change of the query, and what it would bring in."""

    change: Relaxed
    mentions: int
    examples: tuple[ShownMatch, ...]


class Trial(Struct, frozen=True):
    """The results of a query over some mentions.

    Parameters
    ----------
    mentions, matched
        How many there are, and how many match.
    repeats, deleted, refused
        Mentions that stood there more than once, that their source took down, and lines that are no mention.
    nearly
        Mentions that some change would bring in.
    tried
        How many changes were tried; ``MOST_CHANGES`` at most.
    words
        Phrases over-represented in the matches.
    read
        How many matches, and how many others, were read for ``words``.
    """

    mentions: int
    matched: int
    repeats: int
    deleted: int
    refused: int
    by_language: dict[str, int]
    by_source: dict[str, int]
    by_day: dict[str, int]
    terms: tuple[TermCount, ...]
    sample: tuple[ShownMatch, ...]
    nearly: int
    tried: int
    misses: tuple[ShownMiss, ...]
    words: tuple[Apart, ...]
    read: tuple[int, int]


def try_query(kept: KeptMentions, tried: Tried, *, seed: int = 0) -> tuple[Trial, Tally]:
    """Try a query on mentions, and return the results and the counts behind them."""
    tally = Tally(tried.query, tried.languages, seed=seed)
    asked = read_query(tried.query)
    vocabulary = Vocabulary(parts_of(asked))
    matching = set()
    for place, mention in kept:
        if tally.take(place, mention):
            matching.add(place)
        else:
            vocabulary.take(mention)
    changes = relaxed(asked, vocabulary, tried.languages)
    misses = NearMisses(changes, seed=seed)
    apart = WordsApart(tried.query, tried.name, matches=tally.matched, others=tally.mentions - tally.matched)
    for place, mention in kept:
        if place not in matching:
            misses.take(place, mention)
        apart.take(mention, is_match=place in matching)
    nodes = [term.node for term in tally.tree.wanted]
    trial = Trial(
        mentions=tally.mentions,
        matched=tally.matched,
        repeats=kept.repeats,
        deleted=kept.deleted,
        refused=kept.refused,
        by_language=_named(tally.by_language, "not known"),
        by_source=_named(tally.by_source, "not known"),
        by_day=dict(sorted(tally.by_day.items())),
        terms=tuple(TermCount(name, count, tally.alone[name]) for name, count in tally.by_term.most_common()),
        sample=tuple(shown_match(kept.at(place), nodes) for place in tally.shown(SHOWN)),
        nearly=misses.mentions,
        tried=len(changes),
        misses=tuple(_shown_misses(kept, misses)),
        words=tuple(apart.found()),
        read=apart.read,
    )
    return trial, tally


def _named(counts: Counter[str], empty: str) -> dict[str, int]:
    return {sanitise(name, 60) or empty: count for name, count in counts.most_common()}


def _shown_misses(kept: KeptMentions, misses: NearMisses) -> Iterable[ShownMiss]:
    for miss in misses.found():
        nodes = [term.node for term in CompiledTree(read_query(miss.change.query)).wanted]
        examples = tuple(shown_match(kept.at(place), nodes) for place in miss.examples)
        yield ShownMiss(miss.change, miss.mentions, examples)


def understood(tried: Tried) -> dict[str, Any]:
    """Return how a query is understood, as JSON.

    Raises
    ------
    QueryError
        Where it cannot be used.
    """
    compile_query(tried.query)
    translated = {"from": tried.theirs, "left_out": list(tried.left_out), "notes": list(tried.notes)}
    return {
        "query": tried.query,
        **({"translation": translated} if tried.theirs else {}),
        "understood": described(tried.query),
        "warnings": warnings(tried.query, tried.languages),
        "languages": list(tried.languages),
    }


def trial_object(trial: Trial) -> dict[str, Any]:
    """Return a trial as JSON."""
    return {
        "mentions": trial.mentions,
        "matched": trial.matched,
        "repeats": trial.repeats,
        "taken_down": trial.deleted,
        "refused": trial.refused,
        "by_language": trial.by_language,
        "by_source": trial.by_source,
        "by_day": trial.by_day,
        "terms": [asdict(term) for term in trial.terms],
        "sample": [asdict(match) for match in trial.sample],
        "near_misses": {
            "mentions": trial.nearly,
            "tried": trial.tried,
            "changes": [_miss_object(miss) for miss in trial.misses],
        },
        "words": [_word_object(word, trial.read) for word in trial.words],
    }


def _miss_object(miss: ShownMiss) -> dict[str, Any]:
    return {
        "kind": miss.change.kind,
        "what": miss.change.what,
        "query": miss.change.query,
        "mentions": miss.mentions,
        "examples": [asdict(match) for match in miss.examples],
    }


def _word_object(word: Apart, read: Sequence[int]) -> dict[str, Any]:
    matches, others = read
    return {
        "phrase": sanitise(word.phrase, 120),
        "share_of_matches": round(word.inside / max(1, matches), 4),
        "share_of_others": round(word.outside / max(1, others), 4),
        "bits": round(word.bits, 1),
    }
