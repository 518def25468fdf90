"""Tells languages apart: by the mention's own word for it, else by script and small words.

Cheap on purpose: it reads the tokens that are there anyway. A text is foreign where letters of another script
outnumber Latin ones, or where the small words of one other language outnumber the English ones, or where there are
accents and no English small word. A text without any of this is taken for English: a name or a hashtag says nothing.
Which other language it is, is said only where it is plain: that takes more small words than to know it as foreign.
"""

# ruff: noqa: C901, E501, PLR0917 - lists of words; one pass, and arrays one by one, for the compiler

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detectors.language_tag import canonical_tag
from detectors.negativity.characters import hash_bytes
from detectors.negativity.lookup import build, find
from detectors.negativity.text import encode
from detectors.negativity.tokens import WORD, Tokens, tokenise

_SMALL_WORDS = {
    "en": (
        "the a an and or of to in on at is are was were be been am i i'm im you your u he she it it's its we they them "
        "this that these those my me our us his her their with for from by as not no so do does did don't dont just if "
        "but what when who how why will would can can't cant could should have has had get got out up about all more "
        "there here than then now new one lol thank thanks please good great bad love hate like go going some very too "
        "any over after before because still only even ever never day today time know see make made people really"
    ),
    "de": (
        "der die das und ist nicht ich du wir ihr sie es ein eine einen einem einer den dem des mit für auf von zu zum "
        "zur im am bei aus nach wie was wenn dass auch noch schon nur sehr aber oder mehr kein keine mich mir dich dir "
        "uns euch sich wird werden wurde hat habe haben hatte sind war bin bist kann mal so über unter vor durch danke "
        "heute immer wieder jetzt hier da gut schlecht warum doch nichts alles ja nein"
    ),
    "fr": (
        "le la les un une des du de et est pas ne je tu il elle nous vous ils elles on ce cette ces mon ma mes ton ta "
        "son sa ses notre votre leur qui que quoi dans sur pour par avec sans plus très bien mal mais ou où donc c'est "
        "j'ai qu'il n'est d'un d'une l'on au aux en y être avoir fait suis sont était merci bonjour oui non comme tout "
        "tous toujours jamais rien encore aussi même ça quand pourquoi"
    ),
    "es": (
        "el la los las un una unos unas de del y o es son no en que qué por para con sin se me te le nos mi mis tu tus "
        "su sus lo al a como cómo más muy pero si sí ya está están esta este esto eso ha han hay fue ser era cuando "
        "donde porque todo todos nada nunca siempre hoy gracias hola bien mal yo él ella ustedes nosotros también qué"
    ),
    "pt": (
        "o a os as um uma de do da dos das e é são não em no na nos nas que por para com sem se me te meu minha seu sua "
        "eu você ele ela nós vocês eles mais muito mas como quando onde porque tudo nada nunca sempre hoje obrigado "
        "obrigada bom boa mal ser está estão foi tem já só isso isto ao pelo pela também pra tá"
    ),
    "it": (
        "il lo la i gli le un uno una di del della dei delle da dal in nel nella che è e non si mi ti ci vi con per su "
        "sul come più ma o anche sono sei ho hai ha hanno era essere fatto questo questa quello quella io tu lui lei noi "
        "voi loro mio mia tuo grazie ciao bene male molto tutto tutti niente mai sempre oggi perché quando dove alla al"
    ),
    "nl": (
        "de het een en van ik je jij u hij zij wij ze we is niet dat die dit deze op te in met voor aan er maar om ook "
        "als dan nog wel naar bij uit door over zijn was heb hebt heeft hebben worden wordt kan geen meer veel wat hoe "
        "waarom wanneer goed slecht altijd nooit vandaag bedankt dank jullie mijn jouw ons hun zo heel toch"
    ),
    "sv": (
        "och det att i en ett som är jag du han hon vi ni de på för med av inte den har till om men så var från kan när "
        "nu ska vill min mitt din sig man alla bara mycket också här där hur varför tack idag bra dålig ingen inget blir"
    ),
    "da": (
        "og det at i en et som er jeg du han hun vi de på for med af av ikke den har til om men så var fra kan når nu "
        "skal vil min mit din sig man alle bare meget også her der hvor hvorfor tak takk god dårlig ingen bliver blir"
    ),
    "pl": (
        "i w na z do nie się że to jest są jak co ale czy tak za po dla od ze o przez ja ty on ona my wy oni mnie mi ci "
        "ten ta te tego już tylko jeszcze bardzo być był była było mam masz ma dziękuję dzień dobry dlaczego kiedy"
    ),
    "tr": (
        "bir ve bu da de için ne çok mi mı ben sen o biz siz onlar ama gibi daha var yok değil kadar olarak ile en her "
        "şey neden nasıl bana sana beni seni iyi kötü teşekkürler evet hayır bugün"
    ),
    "id": (
        "yang dan di ke dari ini itu untuk dengan tidak ada saya aku kamu kita mereka dia akan sudah belum juga bisa "
        "apa kenapa banget aja gak nggak ga tak lagi sama kalau karena pada terima kasih selamat jangan semua"
    ),
    "fi": "ja on ei se että en oli hän mutta niin kun kuin minä sinä me te he tämä mitä nyt vain myös olen ole jos kiitos",
    "tl": "ang ng sa na mga ako ka ko mo siya kami tayo kayo sila hindi ito yan yung naman lang din rin kung para ay po",
}  # fmt: skip
_ENGLISH_TOO = frozenset(
    [
        "a",
        "as",
        "at",
        "die",
        "do",
        "he",
        "him",
        "her",
        "in",
        "is",
        "me",
        "no",
        "on",
        "or",
        "so",
        "to",
        "was",
        "we",
        "went",
        "am",
        "an",
        "be",
        "us",
        "has",
        "i",
        "man",
        "war",
        "all",
        "one",
    ]
)
LANGUAGES = tuple(_SMALL_WORDS)
"""Languages that can be told apart, in two letters; English first."""


def small_words() -> frozenset[str]:
    """Return the words that stand in nearly every text of some language."""
    return frozenset(word for words in _SMALL_WORDS.values() for word in words.split())


def _masks() -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int64]]:
    masks: dict[int, int] = {}
    for bit, words in enumerate(_SMALL_WORDS.values()):
        for word in words.split():
            key = hash_bytes(word.encode())
            english = 1 if word in _ENGLISH_TOO else 0
            masks[key] = masks.get(key, 0) | 1 << bit | english
    slots, rows = build(np.array(list(masks), dtype=np.uint64))
    return slots, rows, np.array(list(masks.values()), dtype=np.int64)


_SLOTS, _ROWS, _MASKS = _masks()


FOREIGN = -1
"""What ``tell_apart`` answers where a text is not English, and not plainly in any one other language."""

_PLAIN, _TIMES = 3, 2
"""Small words that a language needs to be named, and how many times as many as any other's, English included."""


@njit(cache=True)
def _tell_apart(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    flags: NDArray[np.uint8],
    counts: NDArray[np.int32],
    slots: NDArray[np.uint64],
    rows: NDArray[np.int32],
    masks: NDArray[np.int64],
    languages: int,
    answers: NDArray[np.int8],
) -> None:
    seen = np.empty(languages, dtype=np.int64)
    for text in range(len(counts)):
        latin = other = accents = 0
        for at in range(offsets[text], offsets[text + 1]):
            byte = data[at]
            if 65 <= byte <= 90 or 97 <= byte <= 122:
                latin += 1
            elif 0xC3 <= byte <= 0xC9:
                accents += 1
            elif 0xCE <= byte <= 0xE1 or 0xE3 <= byte <= 0xED:
                other += 1
        seen[:] = 0
        for index in range(counts[text]):
            if flags[text, index] & WORD:
                row = find(slots, rows, hashes[text, index])
                if row >= 0:
                    mask = masks[row]
                    for language in range(languages):
                        seen[language] += (mask >> language) & 1
        likeliest = 1 + seen[1:].argmax()
        most = seen[likeliest]
        if not (
            other > latin
            or (most > seen[0] and (most >= 2 or accents >= 1 or counts[text] <= 3))
            or (seen[0] == 0 and accents >= 2)
        ):
            answers[text] = 0
            continue
        answers[text] = FOREIGN
        if most >= _PLAIN and other <= latin:
            seen[likeliest] = 0
            if most >= _TIMES * seen.max():
                answers[text] = likeliest


def tell_apart(tokens: Tokens) -> NDArray[np.int8]:
    """Return the language of each text as an index into ``LANGUAGES``: 0 for English, ``FOREIGN`` for who knows what.

    Examples
    --------
    >>> from detectors.negativity.tokens import tokenise
    >>> texts = ["Das ist nicht gut", "this is not good", "это плохо", "#SaveNorthside", "eso no es lo que yo pedí"]
    >>> told = tell_apart(tokenise([text.encode() for text in texts])).tolist()
    >>> [LANGUAGES[index] if index >= 0 else "?" for index in told]
    ['de', 'en', '?', 'en', 'es']
    """
    answers = np.empty(len(tokens.counts), dtype=np.int8)
    _tell_apart(
        tokens.data, tokens.offsets, tokens.hashes, tokens.flags, tokens.counts, _SLOTS, _ROWS, _MASKS, len(LANGUAGES),
        answers,
    )  # fmt: skip
    return answers


def stated(tag: str) -> str:
    """Return the language that a mention states, in two letters where it has two; empty where the tag says nothing.

    Examples
    --------
    >>> stated("en-GB"), stated("de_AT"), stated("NLD"), stated(""), stated("und"), stated("tlh")
    ('en', 'de', 'nl', '', '', 'tlh')
    """
    return canonical_tag(tag).partition("-")[0]


def languages_of(texts: Sequence[str], tags: Sequence[str]) -> list[str]:
    """Return each text's language, as it is stated or else told apart; empty where it is foreign and not known.

    Parameters
    ----------
    tags
        What each mention states (BCP 47), ``""`` where nothing.

    Examples
    --------
    >>> languages_of(["Slecht, dit is niet wat het was", "what is this", "это плохо"], ["", "nl-BE", ""])
    ['nl', 'nl', '']
    """
    said = [stated(tag) for tag in tags]
    if all(said):
        return said
    told = tell_apart(tokenise([encode(text) for text in texts])).tolist()
    return [tag or (LANGUAGES[index] if index >= 0 else "") for tag, index in zip(said, told, strict=True)]
