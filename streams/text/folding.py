"""Folding of text: what is one word however it is written. Pure.

A text has up to four *readings*: with what follows an apostrophe parted from the word or joined to it
(``McDonald's``: *mcdonald s*, *mcdonalds*), and with umlauts as their letter or spelled out (``Müller``: *muller*,
*mueller*).
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache

import regex

from streams.text.characters import APOSTROPHES, CLINGS, SETS_A_SPACE, Characters

WORDS = Characters(spaced=True)
"""For matching words."""
MARKS = Characters(spaced=False)
"""For tags, which end where a space is, in any script."""
SIGNS = Characters(spaced=True, signs=True)
"""For words with signs, such as ``C++``."""

Reading = tuple[bool, bool]
"""Whether apostrophes are joined, and whether umlauts are spelled out."""
PLAIN: Reading = (False, False)

ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_JOINT = re.compile(
    rf"[{APOSTROPHES}\u200b\u200c](?<=\w.)(?=\w)(?:"
    r"(?=[sS]\b)(?<!\b(?i:it|he).)(?<!\b(?i:she|let|who|how).)(?<!\b(?i:that|what|here).)(?<!\b(?i:there|where).)"
    r"|(?<=\b\w.)(?!(?i:ll|re|ve|d|m|t)\b)(?=[^\Wa-z])"
    r"|(?<=[\u200b\u200c]))"
)
"""Where words are joined: McDonald's, O'Neill. She'll is no Shell, and it's no ITS: those stand for another word."""
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
_HEBREW_MARK = re.compile(rf"(?<=[\u05d0-\u05ea])[{APOSTROPHES}\"׳״”“](?=[\u05d0-\u05ea])|[׳״]")
_HALF_WIDTH_OR_HEBREW = re.compile("[\uff61-\uff9f\u05d0-\u05f4]")
_SPELLED = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
_SPELLED |= {letter.upper(): letters for letter, letters in _SPELLED.items()}
_UMLAUT = re.compile(f"[{''.join(_SPELLED)}]")
_OTHER = "[^\x00-\u02ff]"  # once Latin letters have lost their accents, this is another script
_LATIN_FIRST = re.compile(f"([0-9a-z])({_OTHER})")
_LATIN_LAST = re.compile(f"({_OTHER})([0-9a-z])")
_EDGE = regex.compile(r"(?<![^ #@])_++|(?<!_)_++(?![^ #@])")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_ASCII = re.compile(f"[^{CLINGS}\x80-\U0010ffff]+")
_CLINGING = regex.compile(f"(?:(?<={SETS_A_SPACE}) )?{CLINGS}", regex.V1)
"""The space that a letter sets behind itself; one behind any other is the text's own."""


def fold(text: str, *, reading: Reading = PLAIN, characters: Characters = WORDS) -> str:
    """Fold case, accents and the ways to write one thing; turn all that belongs to no word into spaces.

    ``#`` and ``@`` stay. Letters of scripts without spaces stand apart, as do scripts that touch.

    Examples
    --------
    >>> fold("Cafés “Zürich”, #SaveÖrebro!")
    'cafes  zurich   #saveorebro '
    >>> fold("AT&amp;T 東京 Sonyの LG전자 _Acme_ Acme™").split()
    ['at', 't', '東', '京', 'sony', 'の', 'lg', '전자', 'acme', 'acme']
    >>> fold("McDonald's Köln", reading=(True, True))
    'mcdonalds koeln'
    """
    text = composed(unescaped(text))
    joined, spelled = reading
    text = _JOINT.sub(_joined, text) if joined else text
    return fold_characters(_UMLAUT.sub(_spelled, text) if spelled else text, characters)


def unescaped(text: str) -> str:
    r"""Undo the escapes that texts arrive with: HTML's, twice where two programs put them in, and ``\uXXXX``.

    Examples
    --------
    >>> unescaped("AT&amp;amp;T AT&T M\\u00fcller")
    'AT&T AT&T Müller'
    """
    if "&" in text and ";" in text:
        text = ENTITY.sub(_entity, ENTITY.sub(_entity, text))
    return _ESCAPE.sub(_escaped, text) if "\\u" in text else text


def composed(text: str) -> str:
    """Compose letters with their marks, widen half-width Katakana, and leave the marks of Hebrew abbreviations out."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if _HALF_WIDTH_OR_HEBREW.search(text) is None:
        return text
    return _HEBREW_MARK.sub("", _HALF_WIDTH.sub(_compatible, text))


def readings(text: str) -> list[str]:
    """Return the ways to read a composed text, the plain one first.

    Examples
    --------
    >>> readings("it's Northside"), readings("McDonald's Köln")
    (["it's Northside"], ["McDonald's Köln", 'McDonalds Köln', "McDonald's Koeln", 'McDonalds Koeln'])
    """
    joins = "'" in text
    if text.isascii():
        if not joins:
            return [text]
        joined = _JOINT.sub(_joined, text)
        return [text] if joined == text else [text, joined]
    joined = _JOINT.sub(_joined, text)
    found = [text] if joined == text else [text, joined]
    return [*found, *(_UMLAUT.sub(_spelled, one) for one in found)] if _UMLAUT.search(text) else found


def spelled_out(text: str) -> str:
    """Spell the umlauts of a composed text out."""
    return _UMLAUT.sub(_spelled, text)


def fold_characters(text: str, characters: Characters = WORDS) -> str:
    """Fold what ``composed`` or ``readings`` returned."""
    if text.isascii():
        folded = text.translate(characters.ascii)
    else:
        folded = _translated(text.replace(CLINGS, " "), characters)
        if not folded.isascii():
            folded = unicodedata.normalize("NFC", _CLINGING.sub("", folded) if CLINGS in folded else folded)
            if characters is not MARKS:
                folded = _LATIN_LAST.sub(r"\1 \2", _LATIN_FIRST.sub(r"\1 \2", folded))
    return _EDGE.sub(" ", folded) if "_" in folded and characters is not MARKS else folded


def _translated(text: str, characters: Characters) -> str:
    if len(text.encode("ascii", "ignore")) * 2 < len(text):
        return text.translate(characters)
    # Runs at a time, for nothing is as fast as translating what is all ASCII.
    folded = _NON_ASCII.sub(lambda run: run.group().translate(characters), text)
    if folded.isascii() and CLINGS not in folded:
        return folded.translate(characters.ascii)
    return _ASCII.sub(lambda run: run.group().translate(characters.ascii), folded)


def _compatible(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found.group())


def _composed(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found.group())


def _entity(found: re.Match[str]) -> str:
    return html.unescape(found.group())


def _escaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _joined(found: re.Match[str]) -> str:
    """Join what is joined to a name by an apostrophe, and part what a zero-width space parts."""
    sign, following = found.group(), found.string[found.end()]
    if sign in "\u200b\u200c":
        return " "
    return "" if following in "sS" or following.isupper() else sign


def _spelled(found: re.Match[str]) -> str:
    return _SPELLED[found.group()]


# -- the same, with the place of every word -------------------------------------------------------------------------

_CLUSTER = regex.compile(r"\X")
_ANY = re.compile(r"(?s).")
_TOUCHING = re.compile(f"(?<=[0-9a-z])(?={_OTHER})|(?<={_OTHER})(?=[0-9a-z])")
_FOLDED_WORD = re.compile(r"[^ ]+")
_Step = tuple["re.Pattern[str] | regex.Pattern[str]", Callable[[re.Match[str]], str]]


def folded_words(text: str, *, reading: Reading = PLAIN) -> list[tuple[int, int, str]]:
    """Return the words of ``fold(text)``, each with where in the text it begins and ends.

    A sign that folds to several words, as ``½`` to 1 and 2, is the place of each of them.

    Examples
    --------
    >>> folded_words("Café ½ AT&amp;T")
    [(0, 4, 'cafe'), (5, 6, '1'), (5, 6, '2'), (7, 9, 'at'), (14, 15, 't')]
    """
    if text.isascii() and reading == PLAIN and "&" not in text and "\\u" not in text:
        return [(word.start(), word.end(), word.group()) for word in _FOLDED_WORD.finditer(fold(text))]
    traced = _Traced(text)
    for pattern, becomes in _steps(*reading):
        traced.substitute(pattern, becomes)
    words = _FOLDED_WORD.finditer(traced.text)
    return [(traced.begins[word.start()], traced.ends[word.end() - 1], word.group()) for word in words]


def all_readings(text: str) -> list[Reading]:
    """Return how a text may be read, for ``folded_words``; the plain way first."""
    count = len(readings(composed(unescaped(text))))
    spells = _UMLAUT.search(composed(unescaped(text))) is not None
    joins = count > 1 + spells
    return [(joined, spelled) for spelled in (False, True)[: spells + 1] for joined in (False, True)[: joins + 1]]


@cache
def _steps(joined: bool, spelled: bool) -> list[_Step]:  # noqa: FBT001 - a reading
    """Return what ``fold`` does to words, one substitution after another."""
    joins: list[_Step] = [(_JOINT, _joined)] if joined else []
    spells: list[_Step] = [(_UMLAUT, _spelled)] if spelled else []
    return [
        (ENTITY, _entity), (ENTITY, _entity), (_ESCAPE, _escaped),
        (_CLUSTER, _composed), (_HALF_WIDTH, _compatible), (_HEBREW_MARK, lambda _: ""),
        *joins, *spells,
        (_ANY, lambda found: WORDS[ord(found.group())]), (_CLINGING, lambda _: ""),
        (_CLUSTER, _composed), (_TOUCHING, lambda _: " "), (_EDGE, lambda _: " "),
    ]  # fmt: skip


class _Traced:
    """A text in the making, and where each of its characters comes from."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.begins = list(range(len(text)))
        self.ends = list(range(1, len(text) + 1))

    def substitute(
        self, pattern: "re.Pattern[str] | regex.Pattern[str]", becomes: Callable[[re.Match[str]], str]
    ) -> None:
        parts: list[str] = []
        begins: list[int] = []
        ends: list[int] = []
        at = 0
        for found in pattern.finditer(self.text):
            begin, end, part = found.start(), found.end(), becomes(found)  # type: ignore[arg-type]
            parts += [self.text[at:begin], part]
            begins += self.begins[at:begin]
            ends += self.ends[at:begin]
            if len(part) == end - begin == 1:
                begins.append(self.begins[begin])
                ends.append(self.ends[begin])
            else:
                first = self.begins[min(begin, len(self.begins) - 1)]
                begins += [first] * len(part)
                ends += [self.ends[end - 1] if end > begin else first] * len(part)
            at = end
        self.text = "".join([*parts, self.text[at:]])
        self.begins, self.ends = begins + self.begins[at:], ends + self.ends[at:]
