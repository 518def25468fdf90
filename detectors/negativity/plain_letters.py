r"""Letters that are written in disguise, as plain letters: 𝗺𝗮𝘁𝗵, ｗｉｄｅ, Ⓒⓘⓡⓒⓛⓔⓓ, 🅂🅀🅄🄰🅁🄴🄳, ꜱᴍᴀʟʟ.

What names and insults are written in to look different, or to slip past filters. Unicode's own compatibility
decompositions (NFKC) say which letter is meant; they are taken where they give letters or digits, not where they
would make words of signs (``™`` is not *TM*, ``№`` is not *No*). Letters that have no decomposition bear their plain
letter in their name. Characters without any width are left out.
"""

import re
import unicodedata

_SOFT_HYPHEN = "\u00ad"
_NAMED_AFTER = re.compile(
    r"(?:(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|LATIN LETTER SMALL CAPITAL) ([A-Z])"
)
_DISGUISES = frozenset({"<font>", "<wide>", "<narrow>", "<circle>", "<square>"})


class _Plain(dict[int, str]):
    """What each character beyond ASCII is in plain letters, found when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    named = _NAMED_AFTER.fullmatch(unicodedata.name(character, ""))
    if named is not None:
        return named[1] if character.isupper() or category == "So" else named[1].lower()
    disguise = unicodedata.decomposition(character).partition(" ")[0]
    if disguise[:1] == "<" and (category[0] == "L" or disguise in _DISGUISES):
        return unicodedata.normalize("NFKC", character)
    return character


HARMLESS = (
    (0x20, 0x7E), (0xA1, 0xA7), (0xC0, 0xFF), (0x060C, 0x060C), (0x061B, 0x061B), (0x061F, 0x061F), (0x0621, 0x063A),
    (0x0641, 0x064A), (0x2013, 0x2014), (0x2018, 0x201E), (0x2600, 0x27BF), (0xFE0F, 0xFE0F), (0x1F300, 0x1F64F),
    (0x1F680, 0x1F6D7), (0x1F900, 0x1F9FF),
)  # fmt: skip
"""Western and Arabic letters and emoji, first and last of each row: they hide nothing, whatever stands beside them."""

_OTHER = re.compile("[^\n" + "".join(f"{chr(first)}-{chr(last)}" for first, last in HARMLESS) + "]")

_PLAIN = _Plain({code: chr(code) for code in range(128)})


def plain_letters(text: str) -> str:
    """Return a text with its disguised letters as plain ones, and accents composed (NFC).

    Examples
    --------
    >>> plain_letters("𝗦𝗵𝗮𝗺𝗲 on ⓃⓄⓇⓉⒽⓈⒾⒹⒺ™, 🅱🅰🅳 ꜰᴏᴏᴅ, a\u00adw\u200bful ﬁnish… ２ cafe\u0301s")
    'Shame on NORTHSIDE™, BAD food, awful finish… 2 cafés'
    """
    if text.isascii() or _is_western(text) or _OTHER.search(text) is None:
        return text
    return unicodedata.normalize("NFC", text.translate(_PLAIN))


def _is_western(text: str) -> bool:
    """Whether a text is of Windows-1252's characters, which hide nothing, as most are: told at the speed of C."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return _SOFT_HYPHEN not in text
