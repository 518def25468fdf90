"""A query in words for people, and warnings of what it cannot find or finds everywhere. Pure."""

from collections.abc import Iterator, Sequence
from itertools import chain

from detectors.negativity.small_words import small_words
from streams.queries.query import Either, Every, Node, Without, compile_query
from streams.queries.searchable import EMOJI, plain_words, whole
from streams.queries.syntax import ANY_LETTER, ANY_LETTERS, AllOf, Asked, Nearby, NotThis, OneOf, Words, read_query
from streams.queries.terms import OF_NO_FIELD, Term, ignored_signs, is_short_katakana, means_signs, spellings
from streams.text.folding import fold

_EVERYWHERE = frozenset({"http", "https", "www", "com"}) | {fold(word).strip() for word in small_words()}
"""Words, folded, that are no name by themselves."""


def described(text: str) -> str:
    """Say in words what a query finds.

    Raises
    ------
    QueryError
        Where it cannot be used.

    Examples
    --------
    >>> described('"northside hospital" OR #savenorthside NOT shop*')
    '(either "northside hospital" or the tag #savenorthside); and not any word that begins with "shop"'
    """
    compile_query(text)
    return in_words(read_query(text), outermost=True)


def warnings(text: str, languages: Sequence[str] = ()) -> list[str]:
    """Say what of a query can match nothing, or matches nearly everything.

    Parameters
    ----------
    languages
        Those that the brand listens to; empty for all.

    Examples
    --------
    >>> warnings("northside NOT northside")
    ['it can match nothing: what forbids northside forbids all that it asks for']
    >>> warnings("northside OR the")
    ['it matches very much: "the" stands in a great many posts']
    """
    query = compile_query(text)
    found = [*_contradictions(query.root, languages)]
    found += _why_common(query.root)
    return [*dict.fromkeys(chain(found, _remarks(read_query(text))))]


# -- in words --------------------------------------------------------------------------------------------------------


def in_words(asked: Asked, *, outermost: bool = False) -> str:
    """Say in words what a part of a query finds; ``outermost`` where it is the whole, which needs no parentheses."""
    match asked:
        case Words():
            return _of_words(asked)
        case NotThis(part):
            return f"not {in_words(part)}"
        case Nearby():
            order = "in this order" if asked.in_order else "either way round"
            between = "nothing between" if not asked.most_between else f"at most {asked.most_between} words between"
            return f"({in_words(asked.left)} near {in_words(asked.right)}, {between}, {order})"
        case OneOf(parts):
            text = f"either {' or '.join(in_words(part) for part in parts)}"
        case AllOf(parts):
            wanted = [in_words(part) for part in parts if not isinstance(part, NotThis)]
            forbidden = [in_words(part) for part in parts if isinstance(part, NotThis)]
            text = f"{'both ' if len(wanted) == 2 else ''}{' and '.join(wanted)}"
            if forbidden:
                text = f"{text}{'; and ' if outermost else ', and '}{' and '.join(forbidden)}"
    return text if outermost else f"({text})"


def _of_words(words: Words) -> str:
    written = words.text.replace(ANY_LETTERS, "*").replace(ANY_LETTER, "?").strip()
    if words.field:
        return f"{words.field} {written}"
    if words.slop:
        return f'the words of "{written}" moved by at most {words.slop}'
    return _of_mark(written) or _of_wildcards(words.text.strip(), written) or _of_word(written)


def _of_mark(written: str) -> str:
    if written[:1] in {"#", "＃", "@", "＠"}:
        return f"the {'tag' if written[0] in '#＃' else 'name'} {written}"
    return f"the emoji {written}" if means_signs(written) and not plain_words(written) else ""


def _of_wildcards(text: str, written: str) -> str:
    if not {ANY_LETTERS, ANY_LETTER} & set(text):
        return ""
    if text.endswith(ANY_LETTERS) and not {ANY_LETTERS, ANY_LETTER} & set(text[:-1]):
        return f'any word that begins with "{written[:-1]}"'
    return f'"{written}" (* any letters, ? one)'


def _of_word(written: str) -> str:
    if means_signs(written):
        return f'"{written}" with its signs'
    spelled = " ".join(plain_words(written))
    also = [one for spelling in spellings(written) if (one := " ".join(spelling)) != spelled]
    if also:
        return f'"{written}" (also {", ".join(also)})'
    ignored = ignored_signs(written)
    return f'"{spelled}" ({ignored} is not looked at)' if ignored else f'"{written}"'


# -- what it cannot find ---------------------------------------------------------------------------------------------


def _contradictions(node: Node, languages: Sequence[str]) -> Iterator[str]:
    dead = _why_dead(node, languages)
    if dead:
        yield f"it can match nothing: {dead}"
        return
    yield from _dead_branches(node, languages)


def _dead_branches(node: Node, languages: Sequence[str]) -> Iterator[str]:
    if isinstance(node, Either):
        for why in filter(None, (_why_dead(part, languages) for part in node.parts)):
            yield f"one branch of an OR can match nothing: {why}"
    if isinstance(node, Every):
        yield from _never_found(node)
    if isinstance(node, Either | Every):
        for part in node.parts:
            yield from _dead_branches(part, languages)


def _never_found(node: Every) -> Iterator[str]:
    forbidden = _forbidden(node)
    for option in chain.from_iterable(_options(part) for part in _flat(node)):
        if isinstance(option, Term) and (by := _forbidding(option, forbidden)):
            yield f"{_name(option)} can never be what it finds, for the NOT {_name(by)} forbids it"


def _why_dead(node: Node, languages: Sequence[str]) -> str:
    """Say why a node can hold for no mention, or ``""``."""
    match node:
        case Term():
            return _not_listened_to(node, languages)
        case Either(parts):
            reasons = [_why_dead(part, languages) for part in parts]
            return reasons[0] if all(reasons) else ""
        case Every(parts):
            parts = _flat(node)
            for part in parts:
                if dead := _why_dead(part, languages):
                    return dead
            forbidden = _forbidden(node)
            for part in parts:
                by = [_forbidding(option, forbidden) for option in _options(part)]
                if by[0] is not None and all(by):
                    return f"what forbids {_name(by[0])} forbids all that it asks for"
            return _two_wholes(parts)
    return ""


def _flat(node: Node) -> tuple[Node, ...]:
    """Return what must all hold, also where one ``Every`` stands in another."""
    return tuple(chain.from_iterable(map(_flat, node.parts))) if isinstance(node, Every) else (node,)


def _options(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Either) else (node,)


def _forbidden(node: Every) -> list[Term]:
    forbidden = [part.part for part in _flat(node) if isinstance(part, Without)]
    return [part for part in forbidden if isinstance(part, Term)]


def _forbidding(term: Node, forbidden: Sequence[Term]) -> Term | None:
    """Return the forbidden term that stands in every mention that holds the term."""
    if not isinstance(term, Term):
        return None
    for other in forbidden:
        if other == term or (other.look is None and not term.signs and other.pattern in term.pattern):
            return other
    return None


def _two_wholes(parts: Sequence[Node]) -> str:
    """Say where two different sources or languages are asked for at once."""
    for field in ("source", "language"):
        asked = []
        for part in parts:
            options = _options(part)
            if all(isinstance(option, Term) and option.field == field for option in options):
                asked.append({option.pattern.strip(" -") for option in options if isinstance(option, Term)})
        for at, one in enumerate(asked):
            for other in asked[at + 1 :]:
                if not any(a.startswith(b) or b.startswith(a) for a in one for b in other):
                    return f"a mention has one {field} alone"
    return ""


def _not_listened_to(term: Term, languages: Sequence[str]) -> str:
    if term.field != "language" or not languages:
        return ""
    asked = term.pattern.strip(" -").partition(":")[2]
    for language in map(whole, languages):
        if asked == language or asked.startswith(f"{language}-") or language.startswith(f"{asked}-"):
            return ""
    return f"it asks for language:{asked}, and the brand's languages are {', '.join(languages)}"


# -- what is everywhere ----------------------------------------------------------------------------------------------


def _why_common(node: Node) -> list[str]:
    """Say by which terms a node holds for nearly every mention; nothing where it asks for something rarer too."""
    match node:
        case Term():
            return list(_common(node))
        case Either(parts):
            return [why for part in parts for why in _why_common(part)]
        case Every(parts):
            reasons = [_why_common(part) for part in _flat(Every(parts)) if not isinstance(part, Without)]
            return reasons[0] if reasons and all(reasons) else []
    return []


def _common(term: Term) -> Iterator[str]:
    name = _name(term)
    if term.field in {"source", "language"}:
        yield f"it matches nearly everything: {name} asks for no word of a mention"
        return
    if term.field == EMOJI:
        yield f"it matches very much: {name} stands in a great many posts"
        return
    is_begun = term.look is not None and term.look.pattern.endswith(OF_NO_FIELD)
    if (term.look is not None and not is_begun) or term.pattern[1:2] in {"#", "@"}:
        return
    word = term.pattern.strip().rpartition(":")[2]
    if not term.pattern.endswith(" ") and term.pattern.startswith(" ") and len(word) <= 2 and word.isascii():
        yield f'it matches very much: "{word}*" begins a great many words'
    elif " " not in word and ((len(word) == 1 and word.isascii()) or word in _EVERYWHERE):
        yield f'it matches very much: "{word}" stands in a great many posts'


def _remarks(asked: Asked) -> Iterator[str]:
    match asked:
        case Words():
            if not asked.field and is_short_katakana(fold(asked.text).strip()):
                yield f"{asked.text} is found as a run of Katakana by itself; {asked.text}* finds compounds too"
        case AllOf(parts) | OneOf(parts):
            for part in parts:
                yield from _remarks(part)
        case NotThis(part):
            yield from _remarks(part)
        case Nearby():
            yield from _remarks(asked.left)
            yield from _remarks(asked.right)


def _name(term: Term) -> str:
    return term.pattern.strip(" -")
