"""Which language each mention is in: what it states, else what is plain from its words, else what a model says.

The identifier takes longer than scoring does, so it is asked only where nothing is stated and it is not plain from
small words, or where the words speak against what is stated. Its answer counts where it is sure. Where it is not, a
text that may be English for all that small words say, and is likeliest so, is English; any other is in a language that
is not known. A statement is overruled by a surer answer than silence is: sources that state languages are mostly right.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.language_tag import canonical_tag
from detectors.negativity.identifier import Guess, load_identifier
from detectors.negativity.language import languages_of
from detectors.negativity.small_words import LANGUAGES
from detectors.negativity.tokens import Tokens

ENGLISH = "en"

SURE = (0.7, 4)
"""Chance and words that the identifier needs where nothing is stated. Of posts in German, French, Spanish, Italian and
Portuguese it names .75 to .95 so and .001 to .017 wrongly, most of these being English or a song's title in truth."""

OVERRULING = (0.8, 6)
"""The same where it contradicts what is stated: an English slogan in a German post is a few words."""


def stated(tag: str) -> str:
    """Return the language that a mention states, in two letters where it has two; empty where the tag says nothing.

    Examples
    --------
    >>> stated("en-GB"), stated("de_AT"), stated("NLD"), stated(""), stated("und"), stated("tlh")
    ('en', 'de', 'nl', '', '', 'tlh')
    """
    return canonical_tag(tag).partition("-")[0]


def spoken(
    texts: Sequence[str], tokens: Tokens, tags: Sequence[str] = (), is_understood: NDArray[np.bool_] | None = None
) -> list[str]:
    """Return each text's language in two letters where it has two; empty where it is not known.

    Parameters
    ----------
    tokens
        Of these texts.
    tags
        What each mention states (BCP 47), ``""`` where nothing; empty where none does.
    is_understood
        Whether enough of each is known to the English models: of what states English and is not, English is doubted.
    """
    found = languages_of(tokens)
    distinct = dict.fromkeys(tags or [""])
    own = {tag: stated(tag) for tag in distinct}
    places = np.array([_place(language) for language in own.values()], dtype=np.int8)
    numbers = {tag: number for number, tag in enumerate(distinct)}
    stated_as = places[[numbers[tag] for tag in tags] if tags else np.zeros(len(texts), dtype=np.intp)]
    languages = [own[tag] for tag in tags] if tags else [""] * len(texts)

    is_silent = stated_as == _SILENT
    for place in np.flatnonzero(is_silent & found.is_plain).tolist():
        languages[place] = LANGUAGES[found.languages[place]]
    for place in np.flatnonzero(is_silent & ~found.is_plain).tolist():
        languages[place] = _unstated(load_identifier().guess(texts[place]), may_be_english=found.languages[place] == 0)
    is_english = stated_as == 0
    is_doubted = (is_english & (found.languages != 0)) | (~is_silent & found.is_plain & (found.languages != stated_as))
    if is_understood is not None:
        is_doubted |= is_english & ~is_understood
    for place in np.flatnonzero(is_doubted).tolist():
        guess = load_identifier().guess(texts[place])
        if guess.is_sure(*OVERRULING):
            languages[place] = guess.language
    return languages


_SILENT, _OTHER = -2, -3
"""What states no language, and one that small words do not know."""


def _place(language: str) -> int:
    """Return the place of a stated language among those that small words tell apart."""
    return LANGUAGES.index(language) if language in LANGUAGES else _OTHER if language else _SILENT


def _unstated(guess: Guess, *, may_be_english: bool) -> str:
    if guess.is_sure(*SURE):
        return guess.language
    return ENGLISH if may_be_english and guess.language in {ENGLISH, ""} else ""
