"""What a source calls a language, as one BCP 47 tag: ``English``, ``eng``, ``EN_us`` and ``en-US`` are one language."""

import difflib
import re
import unicodedata
from functools import cache, lru_cache

import langcodes
from langcodes.tag_parser import LanguageTagError
from language_data.population_data import LANGUAGE_SPEAKING_POPULATION

LONGEST = 64
"""Characters read of what a source calls a language: what is longer is no name of one."""

_SAYS_NOTHING = frozenset({"und", "mul", "mis", "zxx", "root", "nan"})
"""Special codes, and what a data frame writes for a missing value (it is Min Nan's code too, seldom met)."""

_LEADING_CODE = re.compile(r"([A-Za-z]{2,3})(?=[-_])")
_NAME_AND_PLACE = re.compile(r"([^(\[,]+?)\s*[(\[,]\s*([^)\]]+?)\s*[)\]]?")
_FIRST = re.compile(r"[,;:|/.@(\[]| - ")
"""Where a locale (``en_US.UTF-8``), a list (``en-US,en;q=0.9``) or a remark goes on."""
_SAME = {"nb": "no"}
"""Bokmål, which sources call by either tag; the registry has ``no`` for both of Norway's written languages."""
_SPOKEN_BY = 1_000
"""Speakers that a language needs to be known by a name: there is one called *Are*, and one called *Post*."""


@lru_cache(maxsize=4096)
def canonical_tag(stated: str) -> str:
    r"""Return a language in BCP 47's canonical form; empty where what is stated names none.

    Read are tags in any case, with ``_`` for ``-``; ISO 639-1, -2 (both sets) and -3; tags that were replaced;
    locales; and names, in any of the languages that Unicode has them in. A member of a macrolanguage is told as
    that (Mandarin is Chinese). Codes from ``qaa`` to ``qtz`` are for private use; a network writes them at posts
    without words.

    Parameters
    ----------
    stated
        As the source has it.

    Examples
    --------
    >>> [canonical_tag(stated) for stated in ("English", "en_us", "eng", "GER", "Deutsch", "zh-cmn-Hans-CN", "nb")]
    ['en', 'en-US', 'en', 'de', 'de', 'zh-Hans-CN', 'no']
    >>> [canonical_tag(stated) for stated in ("", "und", "null", "N/A", "qht", "jp", "what people say")]
    ['', '', '', '', '', '', '']
    """
    text = stated.strip(" \t\r\n\"'[]")
    if not text or len(text) > LONGEST:
        return ""
    first = _FIRST.split(text, maxsplit=1)[0].strip()
    code = _LEADING_CODE.match(first)
    return (
        _as_tag(text)
        or _as_name_and_place(text)
        or _as_name(text)
        or _as_tag(first)
        or _as_name(first)
        or (_as_tag(code[1]) if code else "")
    )


def likely_tag(stated: str) -> str:
    """Return the tag that somebody may have meant who wrote what is none; empty where nothing is near.

    A country's code is taken for the language that most people speak there.

    Examples
    --------
    >>> likely_tag("jp"), likely_tag("Englsh"), likely_tag("klingonese")
    ('ja', 'en', '')
    """
    text = stated.strip()
    country = langcodes.Language.make(territory="GB" if text.upper() == "UK" else text.upper())
    spoken = country.maximize().language if len(text) == 2 else None
    if f"{spoken}-{country.territory}" in LANGUAGE_SPEAKING_POPULATION:
        return canonical_tag(spoken or "")
    names = _names()
    close = difflib.get_close_matches(text.lower(), names, n=1, cutoff=0.75)
    return names[close[0]] if close else ""


@lru_cache(maxsize=1024)
def name_in_english(tag: str) -> str:
    """Return what people call the language of a canonical tag, in English.

    Examples
    --------
    >>> name_in_english("en-GB"), name_in_english("no")
    ('English (United Kingdom)', 'Norwegian')
    """
    return str(langcodes.get(tag).display_name())


def _as_tag(text: str) -> str:
    try:
        language = langcodes.get(text, normalize=True)
    except LanguageTagError:
        return ""
    primary = language.language or ""
    is_private = len(primary) == 3 and "qaa" <= primary <= "qtz"
    if is_private or primary in _SAYS_NOTHING or not primary.isalpha() or not language.is_valid():
        return ""
    tag = langcodes.standardize_tag(language, macro=True)
    primary, _, rest = tag.partition("-")
    return f"{_SAME.get(primary, primary)}-{rest}".rstrip("-")


def _as_name_and_place(text: str) -> str:
    """Read ``Portuguese (Brazil)`` and ``Chinese (Simplified)``."""
    named = _NAME_AND_PLACE.fullmatch(text)
    tag = _as_name(named[1]) if named else ""
    if named is None or not tag or not _is_words(named[2]):
        return ""
    for kind in ("territory", "script"):
        try:
            found = langcodes.Language.find_name(kind, named[2])
        except LookupError:
            continue
        return _as_tag(str(langcodes.get(tag).update(found)))
    return _as_tag(f"{tag}-{named[2]}")


def _as_name(text: str) -> str:
    if (len(text) <= 3 and text.isascii()) or not _is_words(text):
        return ""
    try:
        tag = _as_tag(str(langcodes.find(text)))
    except LookupError:
        return ""
    primary = tag.partition("-")[0]
    return tag if len(primary) == 2 or LANGUAGE_SPEAKING_POPULATION.get(primary, 0) >= _SPOKEN_BY else ""


def _is_words(text: str) -> bool:
    """Whether a text may be looked up: the library's tries are compiled code that control characters lead astray."""
    return not any(unicodedata.category(character)[0] == "C" or character in "()[]" for character in text)


@cache
def _names() -> dict[str, str]:
    tags = sorted({canonical_tag(tag) for tag in LANGUAGE_SPEAKING_POPULATION if "-" not in tag} - {""})
    own = {langcodes.get(tag).autonym().lower(): tag for tag in tags}
    return own | {name_in_english(tag).lower(): tag for tag in tags}
