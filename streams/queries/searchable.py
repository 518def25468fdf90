"""What queries look at in a mention: its words (folded by ``streams.text.folding``), tags, names and fields. Pure."""

import re
from collections.abc import Collection

import regex

from streams.mention import Mention
from streams.text.characters import FIELD_BREAK, is_emoji
from streams.text.folding import MARKS, SIGNS, composed, fold, fold_characters, readings, unescaped

EMOJI = "emoji"
"""The field of emoji, each a word; those side by side are so here."""

_MARKED = re.compile(r"[#@](?<![^\s#@_].)(?:(?<=@)[0-9a-z_]+|[^\s#@]+)")
_BREAK = f" {FIELD_BREAK} "
_PICTURE = regex.compile(
    "\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f?" r"|\p{RI}{2}|[\p{Extended_Pictographic}\p{RI}]"
)
_GAP = regex.compile(r"[\s\p{M}\p{Cf}\p{Emoji_Modifier}]*")
_NATION = re.compile("\U0001f3f4([\U000e0061-\U000e007a]+)\U000e007f?")
_TAG_LETTERS = {0xE0000 + code: chr(code) for code in range(0x61, 0x7B)}


class Searchable:
    r"""A mention as queries see it.

    Parameters
    ----------
    fields
        The fields beyond text that any query asks for; the others are left out.

    Examples
    --------
    >>> from streams.mention import decode_mention
    >>> post = decode_mention(b'{"id": "p", "published": "2011-07-12T15:00:00Z", "content": "Shame on @NHS! #SaveUs"}')
    >>> Searchable(post).words
    ' shame on nhs saveus \x01 @nhs #saveus '
    """

    __slots__ = ("_signs", "_text", "words")

    def __init__(self, mention: Mention, fields: Collection[str] = ()) -> None:
        self._text = _text(mention)
        self._signs: str | None = None
        self.words = _words(self._text, mention, fields)

    @property
    def signs(self) -> str:
        """The text with its signs, folded; made when a query first asks."""
        if self._signs is None:
            self._signs = FIELD_BREAK.join(with_signs(reading) for reading in readings(self._text))
        return self._signs


def with_signs(text: str) -> str:
    """Fold a text and keep its signs and emoji.

    Examples
    --------
    >>> with_signs("Vitamin C & C++ ❤️")
    ' vitamin c & c++ ❤ '
    """
    return f" {' '.join(fold(_flags(text), characters=SIGNS).split())} "


def emoji_words(text: str) -> list[str]:
    r"""Return the emoji of a text, without skin tones and variants, with a ``FIELD_BREAK`` where others stand between.

    Examples
    --------
    >>> emoji_words("👍🏽👍 ok 🇬🇧❤️")
    ['👍', '👍', '\x01', '🇬🇧', '❤']
    """
    words: list[str] = []
    end = 0
    for found in _PICTURE.finditer(text):
        picture = found.group().translate(_TAG_LETTERS).rstrip("\U000e007f")
        if len(picture) == 1 and not is_emoji(picture):
            continue
        if words and _GAP.fullmatch(text, end, found.start()) is None:
            words.append(FIELD_BREAK)
        words.append(picture)
        end = found.end()
    return words


def _flags(text: str) -> str:
    """Write the letters of a nation's flag out, which are invisible characters, so that England's is not Scotland's."""
    if "\U0001f3f4" not in text:
        return text
    return _NATION.sub(lambda found: f"\U0001f3f4 {found[1].translate(_TAG_LETTERS)} ", text)


def _text(mention: Mention) -> str:
    text = mention.content
    if mention.name:
        text = f"{mention.name}{_BREAK}{text}"
    if mention.tags:
        text = f"{text}{_BREAK}{_BREAK.join(mention.tags)}"
    return composed(unescaped(text))


def _words(text: str, mention: Mention, fields: Collection[str]) -> str:
    words: list[str] = []
    marks: list[str] = []
    for reading in readings(text):
        folded = fold_characters(reading)
        if "#" in folded or "@" in folded:
            marks += _marks(folded if text.isascii() and "_" not in text else fold_characters(reading, MARKS))
            folded = folded.replace("#", " ").replace("@", " ")
        if words:
            words.append(FIELD_BREAK)
        words += folded.split()
    if mention.tags:
        tags = [reading for tag in mention.tags for reading in readings(composed(unescaped(tag)))]
        marks += ["#" + fold_characters(tag, MARKS).replace(" ", "").strip("#_") for tag in tags]
    if marks:
        words.append(FIELD_BREAK)
        words += marks
    if fields:
        words += _field_words(text, mention, fields)
    return f" {' '.join(words)} "


def _marks(folded: str) -> list[str]:
    marks = _MARKED.findall(folded)
    return [f"#{mark.strip('#_')}" if mark[0] == "#" else mark for mark in marks] if "_" in folded else marks


def _field_words(text: str, mention: Mention, fields: Collection[str]) -> list[str]:
    words = []
    if EMOJI in fields and not text.isascii():
        words += [FIELD_BREAK, *emoji_words(text)]
    if "source" in fields:
        words += [FIELD_BREAK, "source:" + whole(mention.source)]
    if "language" in fields:
        words += [FIELD_BREAK, "language:" + whole(mention.language)]
    if "author" in fields and mention.author is not None:
        words += [FIELD_BREAK, *(f"author:{word}" for word in plain_words(mention.author.name))]
        words += [FIELD_BREAK, *(f"author:{word}" for word in plain_words(mention.author.id))]
    if "url" in fields:
        words += [FIELD_BREAK, *(f"url:{word}" for word in plain_words(mention.url))]
    return words


def plain_words(text: str) -> list[str]:
    """Return the folded words of a text, tags and names without their marks."""
    return fold(text).replace("#", " ").replace("@", " ").split()


def whole(text: str) -> str:
    """Return a field that is compared as a whole."""
    return "-".join(plain_words(text))
