"""What a suite's query means, by a small evaluator of its own: queries as trees, written as the suite has them.

Words are compared token by token, whatever their case unless it is said that case counts; ``#tag`` and ``@name`` hold
their word too.
"""

import itertools
import re

from hypothesis import strategies as st
from msgspec import Struct

from streams.mention import EARLIEST, Author, Mention

WORDS = ["apple", "juice", "Apple", "pie", "apples"]
TOKENS = [*WORDS, "#apple", "@juice", "the", "APPLE", "pies"]
HOSTS = ["shop.example", "news.example"]
AUTHORS = ["ann", "ann lee", "bob"]


class Record(Struct, frozen=True):
    """A mention as the suite knows it."""

    title: tuple[str, ...]
    text: tuple[str, ...]
    author: str
    host: str
    language: str
    country: str


def mention_of(record: Record) -> Mention:
    return Mention(
        id="p", published=EARLIEST, content=" ".join(record.text), name=" ".join(record.title),
        url=f"https://{record.host}/apple/juice", language=record.language, author=Author(id="7", name=record.author),
    )  # fmt: skip


records = st.builds(
    Record,
    title=st.lists(st.sampled_from(TOKENS), max_size=3).map(tuple),
    text=st.lists(st.sampled_from(TOKENS), max_size=8).map(tuple),
    author=st.sampled_from(AUTHORS),
    host=st.sampled_from(HOSTS),
    language=st.sampled_from(["en", "fr"]),
    country=st.sampled_from(["gbr", "usa"]),
)


class Part(Struct, frozen=True):
    """A part of a query: what it is, and what it is made of."""

    kind: str
    value: str = ""
    parts: tuple["Part", ...] = ()
    number: int = 0
    in_order: bool = False


UNEQUAL = {"case": "{ }", "raw": "raw:", "title": "title:", "site": "site:", "author": "author:", "country": "country:"}
"""What has no equal, and how it is named."""

words = st.sampled_from(WORDS).map(lambda word: Part("words", word))
phrases = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda some: Part("words", " ".join(some)))
equal = st.one_of(
    words,
    phrases,
    st.sampled_from(["app*", "appl?", "p?e", "*ice"]).map(lambda word: Part("words", word)),
    st.sampled_from(["apple", "juice"]).map(lambda tag: Part("tag", tag)),
    st.sampled_from(["apple", "juice"]).map(lambda name: Part("name", name)),
    st.sampled_from(["en", "fr"]).map(lambda language: Part("language", language)),
    st.builds(
        lambda left, right, number, in_order: Part("near", parts=(left, right), number=number, in_order=in_order),
        st.one_of(words, phrases), st.one_of(words, phrases), st.integers(0, 4), st.booleans(),
    ),
    st.integers(1, 4).map(lambda number: Part("slop", "apple pie juice", number=number)),
)  # fmt: skip
unequal = st.one_of(
    st.sampled_from(["Apple", "APPLE", "apple"]).map(lambda word: Part("case", word)),
    st.sampled_from(["Apple", "juice"]).map(lambda word: Part("raw", word)),
    st.sampled_from(["apple", "apple pie"]).map(lambda word: Part("title", word)),
    st.sampled_from(HOSTS).map(lambda host: Part("site", host)),
    st.sampled_from(AUTHORS).map(lambda author: Part("author", author)),
    st.sampled_from(["gbr", "usa"]).map(lambda country: Part("country", country)),
)


def queries(leaves: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda some: Part("and", parts=tuple(some))),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: Part("or", parts=tuple(some))),
            st.tuples(inner, inner).map(lambda two: Part("not", parts=two)),
        ),
        max_leaves=7,
    )


def leaves_of(part: Part) -> list[Part]:
    if part.kind in {"and", "or", "not"}:
        return [leaf for inner in part.parts for leaf in leaves_of(inner)]
    return [part]


# -- as it is written --------------------------------------------------------------------------------------------------


def written(part: Part, gap: str = " ") -> str:  # noqa: PLR0911 - a case for each kind
    """Write a part as Brandwatch has it; ``gap`` stands between operators."""
    match part.kind:
        case "words":
            return f'"{part.value}"' if " " in part.value else part.value
        case "tag":
            return f"hashtags:{part.value}"
        case "name":
            return f"at_mentions:{part.value}"
        case "case":
            return "{" + part.value + "}"
        case "near":
            left, right = (written(side, gap) for side in part.parts)
            return f"({left}{gap}NEAR/{part.number}{'f' if part.in_order else ''}{gap}{right})"
        case "slop":
            return f'"{part.value}"~{part.number}'
        case "and" | "or":
            return f"({f'{gap}{part.kind.upper()}{gap}'.join(written(inner, gap) for inner in part.parts)})"
        case "not":
            return f"({written(part.parts[0], gap)}{gap}NOT{gap}{written(part.parts[1], gap)})"
        case field:
            return f'{field}:"{part.value}"' if " " in part.value else f"{field}:{part.value}"


# -- as it is meant ----------------------------------------------------------------------------------------------------


def holds(part: Part, record: Record) -> bool:  # noqa: C901, PLR0911 - a case for each kind
    match part.kind:
        case "words":
            return any(_spans(part.value, tokens) for tokens in (record.title, record.text))
        case "tag" | "name":
            mark = "#" if part.kind == "tag" else "@"
            return any(token.lower() == mark + part.value for token in (*record.title, *record.text))
        case "case" | "raw":
            return any(token.lstrip("#@") == part.value for token in (*record.title, *record.text))
        case "title":
            return bool(_spans(part.value, record.title))
        case "site":
            return record.host == part.value
        case "author":
            return record.author == part.value
        case "country" | "language":
            return bool(getattr(record, part.kind) == part.value)
        case "near":
            return any(_near(part, tokens) for tokens in (record.title, record.text))
        case "slop":
            return any(_slop(part, tokens) for tokens in (record.title, record.text))
        case "and":
            return all(holds(inner, record) for inner in part.parts)
        case "or":
            return any(holds(inner, record) for inner in part.parts)
        case "not":
            return holds(part.parts[0], record) and not holds(part.parts[1], record)
    raise AssertionError(part.kind)


def _is(word: str, token: str) -> bool:
    pattern = re.escape(word.lower()).replace(r"\*", r"\w*").replace(r"\?", r"\w")
    return re.fullmatch(pattern, token.lower().lstrip("#@")) is not None


def _spans(phrase: str, tokens: tuple[str, ...]) -> list[tuple[int, int]]:
    wanted = phrase.split()
    return [
        (at, at + len(wanted))
        for at in range(len(tokens) - len(wanted) + 1)
        if all(_is(word, token) for word, token in zip(wanted, tokens[at:], strict=False))
    ]


def _near(part: Part, tokens: tuple[str, ...]) -> bool:
    left, right = (_spans(side.value, tokens) for side in part.parts)
    pairs = [(a, b) for a in left for b in right]
    if not part.in_order:
        pairs += [(b, a) for a, b in pairs]
    return any(0 <= second[0] - first[1] <= part.number for first, second in pairs)


def _slop(part: Part, tokens: tuple[str, ...]) -> bool:
    wanted = part.value.split()
    places = [[at for at, token in enumerate(tokens) if _is(word, token)] for word in wanted]
    for chosen in itertools.product(*places):
        moved = [at - number for number, at in enumerate(chosen)]
        if max(moved) - min(moved) <= part.number:
            return True
    return False
