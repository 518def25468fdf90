"""What a word, a phrase, a tag or a name of a query looks for: a string that must be there, and a closer look. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import regex
from msgspec import Struct

from detectors.language_tag import canonical_tag
from streams.queries.searchable import EMOJI, Searchable, emoji_words, plain_words, whole, with_signs
from streams.queries.syntax import ANY_LETTER, ANY_LETTERS, FIELDS, QUOTE_IT, Words
from streams.text.characters import APOSTROPHES, is_emoji, is_unspaced
from streams.text.folding import MARKS, composed, fold, spelled_out, unescaped

Refuse = Callable[[int, str, str], None]


class Term(Struct, frozen=True):
    """Something that must stand in a mention.

    Parameters
    ----------
    pattern
        A string that stands in the words of every mention that holds the term (``streams.queries.searchable``).
    look
        What must also be found, where the pattern alone is not enough.
    signs
        Whether to look in the text with its signs instead of in its words.
    field
        Of what it looks at beyond text.
    """

    pattern: str
    look: re.Pattern[str] | regex.Pattern[str] | None = None
    signs: bool = False
    field: str = ""

    def holds(self, mention: Searchable) -> bool:
        """Tell whether a mention holds the term."""
        if self.pattern not in mention.words:
            return False
        return self.look is None or self.look.search(mention.signs if self.signs else mention.words) is not None

    def spans(self, words: str) -> Iterator[tuple[int, int]]:
        """Yield where the term stands in folded words; where its pattern does, if it is one with signs."""
        if self.look is not None and not self.signs:
            for found in self.look.finditer(words):
                yield found.start(), found.end()
            return
        at = words.find(self.pattern)
        while at >= 0:
            yield at, at + len(self.pattern)
            at = words.find(self.pattern, at + 1)


SHORTEST_COMPOUND = 5
"""Signs of a name in Katakana from which on it is found within longer runs, since compounds are written in one there:
スターバックスコーヒー holds スターバックス. Shorter ones are mostly part of other words: ライン of オンライン."""

_KATAKANA = re.compile(f"[\u30a1-\u30fa\u30fc-\u30ff]{{{SHORTEST_COMPOUND},}}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2}$")
_PARTICLES = (
    "(?:은|는|이|가|을|를|의|에|에서|에게|에게서|께|께서|한테|한테서|더러|보고|로|으로|로서|으로서|로써|으로써|와|과|랑|이랑|하고|도|만|뿐|"
    "부터|까지|마저|조차|밖에|보다|처럼|같이|만큼|대로|마다|이나|나|이든|든지|이든지|이라도|라도|이라는|라는|이란|란|이라고|라고|이며|며|"
    "이고|이야|야|아|이여|측|님|인데|이다|입니다|이네|네요|이에요|예요|요|였다|이었다)"
)
"""What Korean writes at the end of a noun without a space."""
_ARABIC = re.compile("[\u0621-\u064a]{3}")
_BEFORE_ARABIC = "(?:و|ف)?(?:ب|ك|ل)?(?:ال)?"
_BEFORE_ARTICLE = "(?:و|ف)?(?:(?:ب|ك)?ال|لل)"
_HEBREW = re.compile("[\u05d0-\u05ea]{3}")
_BEFORE_HEBREW = "ו?(?:כש|ש)?[בכלמה]?"
"""Conjunctions, prepositions and the article, which Arabic and Hebrew write as part of the word."""


def terms_of(words: Words, refuse: Refuse) -> list[list[Term]]:
    """Return what a mention must hold: one of each list.

    Parameters
    ----------
    words
        As they stand in the query, without ``slop``.
    refuse
        Called with place, fault and remedy where nothing can be looked for; does not return.
    """
    text = unescaped(words.text)
    if words.field:
        return [_of_field(words, text, refuse)]
    mark = text[:1].replace("＃", "#").replace("＠", "@")
    if mark in {"#", "@"} and text[1:2] not in {"", " "}:
        return _marked(words, mark, text, refuse)
    if means_signs(text):
        return [_with_signs(words, text, refuse)]
    return [_plain(words, text, refuse)]


def spellings(text: str) -> list[list[str]]:
    """Return the words of a part of a query, in each of the ways that a reading of a mention may have them.

    Examples
    --------
    >>> spellings("Müller's")
    [['muller', 's'], ['mullers'], ['mueller', 's'], ['muellers']]
    """
    texts = [text, _APOSTROPHE.sub("", text), _ZERO_WIDTH.sub(" ", text)]
    found = [plain_words_as(text, spelled=spelled) for spelled in (False, True) for text in texts]
    return [list(words) for words in dict.fromkeys(tuple(words) for words in found if words)]


_ZERO_WIDTH = re.compile("[\u200b\u200c]")
_APOSTROPHE = re.compile(rf"(?<=\w)[{APOSTROPHES}](?=\w)")


def plain_words_as(text: str, *, spelled: bool) -> list[str]:
    """Return the folded words of a text in one reading."""
    return fold(text, reading=(False, spelled)).replace("#", " ").replace("@", " ").split()


def _of_field(words: Words, text: str, refuse: Refuse) -> list[Term]:
    bare, end = _end(words, text, refuse)
    found = plain_words(bare)
    if not found:
        _refuse_nothing(words, end, refuse)
    field = words.field
    if field == "language" and end:
        if not (tag := canonical_tag(bare)):
            refuse(words.at, f"{bare!r} is no language", "write a tag, such as en, or a name")
        bare = tag
    if field in {"source", "language"}:
        exact = Term(f" {field}:{whole(bare)}{end}", field=field)
        return [exact] if not end or field == "source" else [exact, Term(f" {field}:{whole(bare)}-", field=field)]
    return [Term(" " + " ".join(f"{field}:{word}" for word in found) + end, field=field)]


def _marked(words: Words, mark: str, text: str, refuse: Refuse) -> list[list[Term]]:
    bare, end = _end(words, text[1:], refuse)
    if mark == "#" and not words.quoted and " " not in bare:
        spelled = {
            "".join(fold(bare, reading=(False, spells), characters=MARKS).split()).strip("_#")
            for spells in (False, True)
        }
        if not any(spelled):
            _refuse_nothing(words, end, refuse)
        return [[Term(f" #{tag}{end}") for tag in sorted(spelled)]]
    found = spellings(bare)
    if not found:
        _refuse_nothing(words, end, refuse)
    handles = fold(bare, characters=MARKS).replace("#", " ").replace("@", " ").split()
    first = Term(f" {mark}{handles[0]}{end if len(handles) == 1 else ' '}")
    if len(handles) == 1:
        return [[first]]
    return [[first], [Term(" " + " ".join(one) + end) for one in found]]


def _end(words: Words, text: str, refuse: Refuse) -> tuple[str, str]:
    """Return a text without its trailing ``*``, and how its pattern ends; refuse other wildcards."""
    prefix = text.endswith(ANY_LETTERS)
    text = text.removesuffix(ANY_LETTERS)
    if ANY_LETTERS in text or ANY_LETTER in text:
        refuse(
            words.at, "a tag, a name or a field takes only a trailing *", f"remove the other wildcards, or {QUOTE_IT}"
        )
    return text, "" if prefix else " "


def _refuse_nothing(words: Words, end: str, refuse: Refuse) -> None:
    what = f"{words.text!r} holds no letter, no digit and no emoji" if end else "* matches everything"
    refuse(words.at, what, "write a word that must be in a mention")


def _plain(words: Words, text: str, refuse: Refuse) -> list[Term]:
    if text.strip(" ") in {ANY_LETTERS, ANY_LETTER} or not any(c.isalnum() for c in fold(text)):
        _refuse_nothing(words, "" if ANY_LETTERS in text else " ", refuse)
    if ANY_LETTER in text or ANY_LETTERS in text.rstrip().removesuffix(ANY_LETTERS):
        return _with_wildcards(words, text, refuse)
    bare = text.rstrip().removesuffix(ANY_LETTERS)
    if bare != text.rstrip():
        if bare[-1:].isspace():
            refuse(words.at, "* that stands alone matches everything", "remove it")
        if not fold(bare[-1:]).strip():
            refuse(
                words.at, f"a wildcard beside {bare[-1:]!r}, which parts words", f"remove one of them, or {QUOTE_IT}"
            )
        return [_beginning(" ".join(found)) for found in spellings(bare)]
    return [_whole_words(found) for found in spellings(bare)]


def _whole_words(found: list[str]) -> Term:
    """Return the term of whole words, with what their script writes on to a noun."""
    first, last = found[0], found[-1]
    if len(found) == 1 and _KATAKANA.fullmatch(first):
        return Term(first, regex.compile(rf"(?<= [^ :]*){first}"))
    text = " ".join(found)
    if _HANGUL.search(last):
        return Term(f" {text}", re.compile(f" {text}(?:{_PARTICLES}{{1,3}})? "))
    if _ARABIC.match(first):
        if first.startswith("ال") and len(first) > 4:
            return Term(f"ل{text[2:]} ", re.compile(f" {_BEFORE_ARTICLE}{text[2:]} "))
        return Term(f"{text} ", re.compile(f" (?:{_BEFORE_ARABIC}|لل){text} "))
    if _HEBREW.match(first):
        return Term(f"{text} ", re.compile(f" {_BEFORE_HEBREW}{text} "))
    return Term(f" {text} ")


OF_NO_FIELD = "(?![^ ]*:)"
"""Ends the closer look of a word's beginning that a field's name has too."""


def _beginning(text: str) -> Term:
    """Return the term of words of which the last is only begun; ``auth*`` is not begun by what stands in a field."""
    if any(field.startswith(text) for field in FIELDS):
        return Term(f" {text}", re.compile(f" {text}{OF_NO_FIELD}"))
    return Term(f" {text}")


_WILDCARDS = re.compile(f"([{ANY_LETTERS}{ANY_LETTER}])")


def _with_wildcards(words: Words, text: str, refuse: Refuse) -> list[Term]:
    pieces = _WILDCARDS.split(text.strip())
    written: list[list[str]] = []
    for at, piece in enumerate(pieces):
        if at % 2:
            written.append([piece])
            continue
        for edge in [piece[:1]] * (at > 0) + [piece[-1:]] * (at + 1 < len(pieces)):
            _look_at_edge(words, edge, refuse)
        before = " " if at and piece[:1].isspace() else ""
        after = " " if at + 1 < len(pieces) and piece[-1:].isspace() else ""
        found = [" ".join(one) for one in spellings(piece)]
        written.append([f"{before}{one}{after}" for one in found] or [before or after])
    return [_of_pieces(words, chosen, refuse) for chosen in product(*written)]


def _look_at_edge(words: Words, edge: str, refuse: Refuse) -> None:
    """Refuse a wildcard beside what is no letter, or beside a letter that is a word by itself."""
    if edge and not edge.isspace() and not fold(edge).strip():
        refuse(words.at, f"a wildcard beside {edge!r}, which parts words", f"remove one of them, or {QUOTE_IT}")
    if is_unspaced(edge):
        what = "a wildcard inside a word of a script that puts no space between words"
        refuse(words.at, what, "join the parts by NEAR/5 or AND")


def _of_pieces(words: Words, chosen: Sequence[str], refuse: Refuse) -> Term:
    whole_text = f" {''.join(chosen)} "
    longest = max(_WILDCARD.split(whole_text), key=lambda part: (len(part.strip()), len(part)))
    if not longest.strip():
        refuse(words.at, "a word of wildcards alone matches everything", "write some of its letters")
    parts = [re.escape(part).replace(ANY_LETTER, _LETTER) for part in re.split(f"{ANY_LETTERS}+", whole_text)]
    if len(parts) == 1:
        return Term(longest, regex.compile(parts[0]))
    # What stands between stars is taken where it comes first, and for good: no post can make the search go back.
    middle = "".join(f"(?>{_LETTER}*?{part})" for part in parts[1:-1])
    return Term(longest, regex.compile(f"{parts[0]}{middle}{_LETTER}*{parts[-1]}"))


_LETTER = r"[^ \x01:]"
"""Any letter of a text. A colon stands in what is of a field alone, ``url:juice``, where no word is looked for."""
_WILDCARD = re.compile(f"[{ANY_LETTERS}{ANY_LETTER}]")


_ALWAYS = frozenset("#%‰°&")
_NO_SIGNS = frozenset("©®™℠℗`´^|<>~¨")


def _signs_that_mean(text: str) -> bool:
    return next(_meaning_signs(text), None) is not None


def _meaning_signs(text: str) -> Iterator[int]:
    """Yield where a text holds a sign that is part of a name: ``C++``, ``C#``, ``H&M``, ``$ACME``, ``.NET``."""
    for at, sign in enumerate(text):
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if sign in _NO_SIGNS or not (_SYMBOL.match(sign) or sign in _ALWAYS or (sign == "." and not before.strip())):
            continue
        if sign == "&":
            is_part = bool(_AMPERSAND.match(text, at))
        elif sign == "#":
            is_part = before.isalnum() and not after.isalnum()
        elif sign == ".":
            is_part = after.isalpha()
        else:
            is_part = before.isalnum() or after.isalnum() or sign in {before, after}
        if is_part:
            yield at


_SYMBOL = regex.compile(r"[\p{Sm}\p{Sc}\p{So}*?]")
_AMPERSAND = regex.compile(r"(?<=\w\s*)&(?=\s*\w)")


def means_signs(text: str) -> bool:
    """Tell whether a word is looked for with its signs or emoji."""
    return _signs_that_mean(text) or any(is_emoji(character) for character in text)


def ignored_signs(text: str) -> str:
    """Return the signs of a word that are not looked at: the ``!`` of ``Yahoo!``.

    Examples
    --------
    >>> ignored_signs("Yahoo!"), ignored_signs("Acme™"), ignored_signs("T-Mobile")
    ('!', '™', '-')
    """
    kept = fold(text, characters=MARKS)
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and c not in kept and not fold(c).strip()))


def is_short_katakana(word: str) -> bool:
    """Tell whether a folded word is a run of Katakana too short to be looked for within longer ones."""
    return len(word) < SHORTEST_COMPOUND and bool(word) and all("ァ" <= letter <= "ヿ" for letter in word)


def _with_signs(words: Words, text: str, refuse: Refuse) -> list[Term]:
    if ANY_LETTERS in text or ANY_LETTER in text:
        refuse(
            words.at, "a wildcard in one word or phrase with a sign or an emoji", "remove it, or join the two by AND"
        )
    pictures = emoji_words(text)
    found = plain_words(text)
    if not found:
        if not pictures:
            _refuse_nothing(words, " ", refuse)
        return [Term(f" {' '.join(pictures)} ", field=EMOJI)]
    texts = dict.fromkeys((text, _APOSTROPHE.sub("", text), spelled_out(composed(text))))
    look = re.compile("|".join(dict.fromkeys(_look_for_signs(one) for one in texts)))
    # In every reading of a mention one of the words must be there: the longest is the rarest.
    return [Term(f" {max(one, key=len)} ", look, signs=True) for one in spellings(text)]


_GAP, _SPACES = r"[^\w]+", r"\s*"


def _look_for_signs(text: str) -> str:
    """Return the regular expression that finds a text with its signs in ``with_signs`` of another."""
    kept = set()
    for at in _meaning_signs(text):
        kept.add(with_signs(text[at]).strip() or text[at])
    parts: list[str] = []
    for run in regex.finditer(r"\w+|\s+|[^\w\s]", with_signs(text).strip()):
        part = run.group()
        if part[0].isalnum() or regex.match(r"\w", part):
            parts.append(part)
        elif part == "&" and part in kept:
            parts.append(f"{_SPACES}&{_SPACES}")
        elif part in kept or is_emoji(part):
            parts.append(f"{_SPACES}{re.escape(part)}{_SPACES}" if is_emoji(part) else re.escape(part))
        else:
            parts.append(_GAP)
    parts = [
        part
        for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False)
        if part != _GAP or (before and after and not before.startswith(_SPACES) and not after.startswith(_SPACES))
    ]
    first, last = _edge(parts[0]), _edge(parts[-1])
    return rf"(?<![\w{first}]){''.join(parts)}" + (rf"(?![{last}])" if last else r"(?!\w)")


def _edge(part: str) -> str:
    """Return the sign that a part is, escaped; ``""`` for a word or an emoji."""
    return part if part.startswith("\\") and len(part) == 2 else "" if re.match(r"\w|\\s", part) else re.escape(part)
