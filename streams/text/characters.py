"""What each character of a text is to the search for words, by Unicode's own properties. Pure."""

import unicodedata

import regex

APOSTROPHES = "'’‘‛′`´ʼʻʹʾʿ＇՚"
"""Signs that people type for an apostrophe; some of them are letters to Unicode."""
FIELD_BREAK = "\x01"
"""Stands as a word of its own, so that no phrase reaches from one field into the next."""
CLINGS = "\x02"
"""Before a mark that belongs to the letter before it, where letters are set apart; gone from what ``fold`` returns."""

_NOTHING = regex.compile(
    r"[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}\p{ccc=7}"
    r"[[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}]&&\p{M}]--\p{ccc=8}]",
    regex.V1,
)
"""Zero-width characters, variation selectors, skin tones, and marks that are left out in writing: accents, keycaps,
vowel points, nuktas. Elsewhere a mark is a letter's other half: a Hindi vowel, the sign that voices a kana."""
_STICKS = frozenset("©®™℠℗")
"""Signs of the law, written at a name without a space."""
_UNSPACED_LETTERS = r"[[\p{scx=Han}\p{scx=Hira}\p{LB=SA}]--\p{scx=Kana}&&\p{Alphabetic}]"
"""Letters of scripts that put no space between words: each stands as a word. Katakana does so by runs."""
_UNSPACED = regex.compile(_UNSPACED_LETTERS, regex.V1)
_UNSPACED_MARK = regex.compile(r"[\p{LB=SA}\p{ccc=8}ー&&[\p{M}ー]]", regex.V1)
SETS_A_SPACE = rf"[{_UNSPACED_LETTERS}[\p{{LB=SA}}\p{{ccc=8}}&&\p{{M}}]]"
"""Whatever is written with a space behind it where letters are set apart, as a set of the library ``regex``."""
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{RI}&&\p{S}--[©®™]]", regex.V1)
_STYLED = regex.compile(
    r"(?:NEGATIVE )?(?:SQUARED|CIRCLED) LATIN CAPITAL LETTER ([A-Z])|LATIN LETTER SMALL CAPITAL ([A-Z])"
)
_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    # Arabic and Persian as Lucene's normalizers of these languages have it, for they are typed one for the other.
    | {"ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ہ": "ه", "ە": "ه", "ھ": "ه", "ۃ": "ه", "ـ": ""}
)  # fmt: skip


def is_emoji(character: str) -> bool:
    """Tell whether a character is a picture: not a letter in a square, and no sign of the law."""
    return _EMOJI.match(character) is not None and not fold_character(character).strip(character).strip()


def is_unspaced(character: str) -> bool:
    """Tell whether a folded character is a letter of a script that puts no space between words."""
    return _UNSPACED.match(character) is not None


def fold_character(character: str) -> str:
    """Return what a character is without case, accent and style: none, one or several characters.

    Examples
    --------
    >>> [fold_character(character) for character in "Éß𝗮٣①ﬁ½™🅰ी"]
    ['e', 'ss', 'a', '3', '1', 'fi', ' 1⁄2 ', ' ', 'a', 'ी']
    """
    folded = _folded_once(character)
    # What is left may be such a sign again: the apostrophe in ŉ, the small capital that Ʀ becomes.
    while (again := "".join(map(_folded_once, folded))) != folded:
        folded = again
    return folded


def _folded_once(character: str) -> str:
    if _NOTHING.match(character):
        return ""
    if character in _STICKS or character in APOSTROPHES:
        return " "
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    if (styled := _STYLED.fullmatch(unicodedata.name(character, ""))) is not None:
        return str(styled[1] or styled[2]).lower()
    folded = unicodedata.normalize("NFKD", character.casefold()).casefold()
    folded = "".join(_NOTHING.sub("", part).translate(_NOT_DECOMPOSED) for part in folded)
    folded = unicodedata.normalize("NFC", folded)
    return f" {folded} " if _stands_alone(character, folded) else folded


def _stands_alone(character: str, folded: str) -> bool:
    """Tell whether a sign for several letters, a fraction or a raised digit is no part of the word it stands at."""
    kind = unicodedata.decomposition(character).partition(">")[0]
    if kind in {"<fraction", "<square"}:
        return True
    return folded.isdigit() if kind == "<super" else len(folded) > 1 and unicodedata.category(character) == "So"


class Characters(dict[int, str]):
    """What each character becomes, found when first met; for ``str.translate``.

    Parameters
    ----------
    spaced
        Set letters of scripts without spaces apart, so that a name can be found among them.
    signs
        Keep what is neither letter nor digit instead of turning it into a space.
    """

    def __init__(self, *, spaced: bool, signs: bool = False) -> None:
        super().__init__()
        self._spaced, self._signs = spaced, signs
        self.ascii = {code: self._part(chr(code).lower()) for code in range(128)}
        """The same for ASCII alone; a plain dictionary is looked into faster."""
        self.update(self.ascii)

    def __missing__(self, code: int) -> str:
        self[code] = folded = "".join(self._part(part) for part in fold_character(chr(code)))
        return folded

    def _part(self, part: str) -> str:
        mark = unicodedata.category(part)[0] == "M"
        if not (mark or part.isalnum() or part in f"_#@{FIELD_BREAK}"):
            return part if self._signs and part.isprintable() else " "
        if self._spaced and _UNSPACED_MARK.match(part):
            return f"{CLINGS}{part}" if part == "ー" else f"{CLINGS}{part} "
        return f" {part} " if self._spaced and is_unspaced(part) else part
