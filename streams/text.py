"""Folding of text: case and accents for matching, and what makes two posts copies of each other."""

import re
import unicodedata

import regex

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_SOFT_HYPHEN = "\u00ad"
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_LATIN_MARKS = range(0x300, 0x370)  # elsewhere a mark is a letter's other half: a Hindi vowel is no accent
FIELD_BREAK = "\x01"  # stands as a word of its own, so that no phrase reaches from one field into the next
_ASCII_WORDS = {
    code: chr(code).lower() if chr(code).isalnum() or chr(code) in f"_#@{FIELD_BREAK}" else " " for code in range(128)
}


class _Characters(dict[int, str]):
    """What each character beyond ASCII folds to, found when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code in _LATIN_MARKS or character == _SOFT_HYPHEN:
            folded = ""
        else:
            folded = unicodedata.normalize("NFKD", character.casefold()).casefold()
            folded = "".join(part for part in folded if ord(part) not in _LATIN_MARKS)
            folded = unicodedata.normalize("NFC", folded.translate(_NO_DECOMPOSITION))
            folded = "".join(_word_part(part) for part in folded)
        self[code] = folded
        return folded


def _word_part(character: str) -> str:
    return character if character.isalnum() or character in "_#@" or unicodedata.category(character)[0] == "M" else " "


_CHARACTERS = _Characters(_ASCII_WORDS)


def fold(text: str) -> str:
    """Fold case and accents, and turn all that belongs to no word into spaces; ``#`` and ``@`` stay.

    Examples
    --------
    >>> fold("Cafés “Zürich”, #SaveÖrebro!")
    'cafes  zurich   #saveorebro '
    """
    if text.isascii():
        return text.translate(_ASCII_WORDS)
    text = unicodedata.normalize("NFC", text)
    return _NON_ASCII.sub(_fold_run, text).translate(_CHARACTERS)


def _fold_run(run: re.Match[str]) -> str:
    return run.group().translate(_CHARACTERS)


_CLUSTER = regex.compile(r"\X")
_FOLDED_WORD = re.compile(r"[^ ]+")


def folded_words(text: str) -> list[tuple[int, int, str]]:
    """Return the words of ``fold(text)``, each with where in the text it begins and ends.

    A sign that folds to several words, as ``½`` to 1 and 2, is the place of each of them.

    Examples
    --------
    >>> folded_words("Café ½")
    [(0, 4, 'cafe'), (5, 6, '1'), (5, 6, '2')]
    """
    if text.isascii():
        return [(word.start(), word.end(), word.group()) for word in _FOLDED_WORD.finditer(fold(text))]
    folded: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):  # what a cluster folds to does not depend on its neighbours
        part = fold(cluster.group())
        folded.append(part)
        begins += [cluster.start()] * len(part)
        ends += [cluster.end()] * len(part)
    words = _FOLDED_WORD.finditer("".join(folded))
    return [(begins[word.start()], ends[word.end() - 1], word.group()) for word in words]


def fold_copy(text: str) -> str:
    """Reduce a text to what copies of it share: case, white space, links and user names aside.

    Examples
    --------
    >>> fold_copy("@ann  SHAME on Northside! https://t.example/x1") == fold_copy("Shame on northside! https://t.example/z")
    True
    """
    words = text.casefold().split()
    return " ".join([word for word in words if word[0] != "@" and "://" not in word and not word.startswith("www.")])
