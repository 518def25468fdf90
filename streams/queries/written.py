"""A query that has been read, written again: so what is changed in its tree can stand in ``tocsin.yml``. Pure."""

import re

from streams.queries.syntax import ANY_LETTER, ANY_LETTERS, INVISIBLE, AllOf, Asked, Nearby, NotThis, OneOf, Words

_PLAIN = re.compile(rf"[#@]?(?:[^\W_]|[_{ANY_LETTERS}{ANY_LETTER}]|(?<=[^\W_])[-'’.](?=[^\W_]))+")
_OPERATOR = re.compile(
    r"AND|OR|NOT|ANDNOT|AROUND|"
    r"(?:NEAR|ONEAR|ADJ|SAME|XOR|BUTNOT|WITHIN|ATLEAST|SENTENCE|PARAGRAPH|NOTNEAR)\d*",
    re.IGNORECASE,
)
"""What would be taken for an operator where it stands by itself."""
_SPECIAL = re.compile(r"([\\\"“”„‟＂〝〞〟*?＊？])")
_UNQUOTED = re.compile(rf"([^\w#@{ANY_LETTERS}{ANY_LETTER}])")


def written(asked: Asked) -> str:
    """Write a query as ``read_query`` reads it.

    Examples
    --------
    >>> from streams.queries.syntax import read_query
    >>> written(read_query('"northside hospital" OR #savenorthside NOT shop*'))
    '("northside hospital" OR #savenorthside) AND NOT shop*'
    >>> written(read_query("bank NEAR/3 (robbed OR fined)"))
    'bank NEAR/3 (robbed OR fined)'
    """
    match asked:
        case Words():
            return _of_words(asked)
        case NotThis(part):
            return f"NOT {_inner(part)}"
        case Nearby():
            operator = "ONEAR" if asked.in_order else "NEAR"
            return f"{_inner(asked.left)} {operator}/{asked.most_between} {_inner(asked.right)}"
        case OneOf(parts):
            return " OR ".join(_inner(part) for part in parts)
        case AllOf(parts):
            # A NOT needs no parentheses behind an AND, and has two readings behind an OR.
            return " AND ".join(written(part) if isinstance(part, NotThis) else _inner(part) for part in parts)


def _inner(part: Asked) -> str:
    return written(part) if isinstance(part, Words) else f"({written(part)})"


def _of_words(words: Words) -> str:
    field = f"{words.field}:" if words.field else ""
    text = words.text
    if words.quoted or words.slop:
        quoted = _with_wildcards(_SPECIAL.sub(r"\\\1", text))
        return f'{field}"{quoted}"' + (f"~{words.slop}" if words.slop else "")
    if _PLAIN.fullmatch(text) is None:
        text = _UNQUOTED.sub(lambda found: found[1] if INVISIBLE.match(found[1]) else f"\\{found[1]}", text)
    elif _OPERATOR.fullmatch(text):
        text = f"\\{text}"
    return field + _with_wildcards(text)


def _with_wildcards(text: str) -> str:
    # What cannot be seen is taken out of a query as it is read, unless it is written as an entity.
    text = INVISIBLE.sub(lambda found: f"&#x{ord(found.group()):x};", text)
    return text.replace(ANY_LETTERS, "*").replace(ANY_LETTER, "?")
