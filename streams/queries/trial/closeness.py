"""Words that are nearly the word of a query: another form of it, another spelling, or a longer one that holds it."""

SHORTEST = 4
"""Letters of a word from which on words close to it are looked for: nearly every word of three is close to another."""
_FIRST_TYPO, _SECOND_TYPO = 5, 9
"""Letters from which on one typing error is looked past, and two."""
_LONGEST_ENDING = 3
"""Letters that an ending may have: hospital-s, cancel-led, polic-ies."""

FORM, SPELLING, COMPOUND = "form", "spelling", "compound"


def closeness(word: str, other: str) -> str:
    """Say how ``other`` is nearly ``word``, both folded: one of the kinds above, or ``""``.

    Examples
    --------
    >>> [closeness("hospital", other) for other in ("hospitals", "hosptial", "northsidehospital", "hostile")]
    ['form', 'spelling', 'compound', '']
    >>> closeness("policy", "policies"), closeness("cancel", "cancelled"), closeness("bank", "tank")
    ('form', 'form', '')
    """
    if word == other or len(word) < SHORTEST or len(other) < SHORTEST or word.isdigit() or other.isdigit():
        return ""
    if _is_form(word, other):
        return FORM
    typos = (len(word) >= _FIRST_TYPO) + (len(word) >= _SECOND_TYPO)
    is_near = abs(len(word) - len(other)) <= typos and _shares_an_end(word, other)
    if typos and is_near and _typing_errors(word, other, typos) <= typos:
        return SPELLING
    return COMPOUND if word in other else ""


def _is_form(word: str, other: str) -> bool:
    common = 0
    for one, two in zip(word, other, strict=False):
        if one != two:
            break
        common += 1
    endings = (len(word) - common, len(other) - common)
    if all(endings) and word[-1] == other[-1]:
        return False  # the difference lies before the end
    # A stem of four letters alone says little: "bank" and "banter" share "ban".
    return common >= max(SHORTEST, len(word) - 2) and max(endings) <= _LONGEST_ENDING


def _shares_an_end(word: str, other: str) -> bool:
    """Tell whether one typing error can lie between them, before it is looked for: it spares one of the ends."""
    return word[:2] == other[:2] or word[-2:] == other[-2:]


def _typing_errors(word: str, other: str, most: int) -> int:
    """Count insertions, deletions, changes and swaps of neighbours between two words; stops beyond ``most``.

    References
    ----------
    [^1]: Damerau, F. J. (1964). A technique for computer detection and correction of spelling errors.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        now = [at]
        for to, one in enumerate(other, 1):
            least = min(row[to] + 1, now[-1] + 1, row[to - 1] + (letter != one))
            if at > 1 and to > 1 and letter == other[to - 2] and word[at - 2] == one:
                least = min(least, before[to - 2] + 1)
            now.append(least)
        if min(now) > most:
            return most + 1
        before, row = row, now
    return row[-1]
