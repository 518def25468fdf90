"""Whether it is us or everybody: how a brand's peers stood, in one sentence for every surface."""

from collections.abc import Sequence

from alerts.wording.moments import IN_UTC, Times
from alerts.wording.names import named
from alerts.wording.reason import named as brand_named
from streams.wire.comparison import Comparison, Level

NAMES = 4
"""Peers that are named in a row; what is more is counted."""
_IN_WORDS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_PLACES = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def compared(comparison: Comparison, times: Times = IN_UTC) -> str:
    """Return the sentence about a comparison, as of its moment; nothing where there is no peer.

    Examples
    --------
    >>> from msgspec.structs import replace
    >>> own = Level(brand="a", name="Acme Air", standing="unusual", seen=41, negatives=30, expected_negatives=1.0)
    >>> calm = Level(brand="b", name="Delta", standing="ordinary", seen=9, expected=8.0)
    >>> loud = Level(brand="c", name="United", standing="unusual", negatives=90, expected_negatives=2.0)
    >>> mute = Level(brand="d", name="Jet", standing="not_heard")
    >>> def of(*peers):
    ...     return compared(Comparison(since=1310479080, at=1310482680, own=own, peers=peers))
    >>> of(loud, loud)
    'At 14:58 UTC both of its peers were louder and more negative than usual too; of the three Acme Air was third.'
    >>> of(calm, loud, calm)[:80]
    'At 14:58 UTC one of its three peers was louder and more negative than usual too:'
    >>> of(calm, calm, calm, calm)
    'At 14:58 UTC none of its four peers was unusual: this concerned Acme Air alone.'
    >>> of(calm, mute)
    'At 14:58 UTC the one peer that could be compared was not unusual; nothing was heard of Jet.'
    >>> quiet = replace(own, standing="ordinary")
    >>> compared(Comparison(since=1310479080, at=1310482680, own=quiet, peers=(loud, calm)))
    'At 14:58 UTC one of its two peers was louder and more negative than usual: United.'
    >>> of(mute)
    'At 14:58 UTC nobody knew whether it was Acme Air alone: nothing was heard of Jet.'
    """
    if not comparison.peers:
        return ""
    unusual, own = comparison.unusual, brand_named(comparison.own.name)
    is_unusual = comparison.own.standing == "unusual"
    unknown = "; ".join(_unknown(comparison.peers))
    if not comparison.known:
        question = f"whether it was {own} alone" if is_unusual else "how its peers stood"
        return f"At {times.clock(comparison.at)} nobody knew {question}: {unknown}."
    if not unusual and unknown:
        finding = _of_some_none(len(comparison.known))
    elif not unusual:
        finding = _none(comparison.peers) + (f": this concerned {own} alone" if is_unusual else "")
    else:
        too = f" too{_who(comparison)}{_place(comparison, own)}" if is_unusual else _who(comparison)
        finding = f"{_these(comparison)} louder and more negative than usual{too}"
    return f"At {times.clock(comparison.at)} {'; '.join(filter(None, (finding, unknown)))}."


def _none(peers: Sequence[Level]) -> str:
    if len(peers) == 1:
        return f"its peer {brand_named(peers[0].name)} was not unusual"
    return f"none of its {in_words(len(peers))} peers was unusual"


def _of_some_none(known: int) -> str:
    if known == 1:
        return "the one peer that could be compared was not unusual"
    return f"none of the {in_words(known)} peers that could be compared was unusual"


def _these(comparison: Comparison) -> str:
    unusual, peers = len(comparison.unusual), len(comparison.peers)
    if unusual == peers == 1:
        return f"its peer {brand_named(comparison.peers[0].name)} was"
    if unusual == peers:
        return "both of its peers were" if peers == 2 else f"all {in_words(peers)} peers were"
    return f"{in_words(unusual)} of its {in_words(peers)} peers {'was' if unusual == 1 else 'were'}"


def _who(comparison: Comparison) -> str:
    """Name the unusual peers, where they are not all."""
    unusual = comparison.unusual
    return "" if len(unusual) == len(comparison.peers) else f": {_named(unusual)}"


def _place(comparison: Comparison, own: str) -> str:
    together = in_words(len(comparison.unusual) + 1)
    place = _PLACES[comparison.place] if comparison.place < len(_PLACES) else f"number {comparison.place}"
    return f"; of the {together} {own} was {place}"


def _unknown(peers: Sequence[Level]) -> list[str]:
    of = {standing: [p for p in peers if p.standing == standing] for standing in ("not_heard", "new", "behind")}
    says = []
    if of["not_heard"]:
        says.append(f"nothing was heard of {_named(of['not_heard'])}")
    if of["new"]:
        says.append(f"{_named(of['new'])} {'is' if len(of['new']) == 1 else 'are'} too new here to be compared")
    if of["behind"]:
        says.append(f"the figures of {_named(of['behind'])} had not come yet")
    return says


def _named(levels: Sequence[Level]) -> str:
    names = [brand_named(level.name) for level in levels[:NAMES]]
    if len(levels) > NAMES:
        names.append(f"{len(levels) - NAMES} more")
    return named(names)


def in_words(number: int) -> str:
    """Return a small number as a word.

    Examples
    --------
    >>> in_words(4), in_words(17)
    ('four', '17')
    """
    return _IN_WORDS[number] if number < len(_IN_WORDS) else str(number)
