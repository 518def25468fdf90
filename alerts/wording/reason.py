"""The one sentence that says why it fired, in a person's words and from the facts alone."""

import unicodedata

from msgspec import Struct

from alerts.wording.figures import FEW, Figure, how_many, how_negative, since_when
from alerts.wording.moments import IN_UTC, Times
from alerts.wording.numbers import percent
from detectors.assessment import Kind
from detectors.verdict import Counted, Evidence

LONGEST = 400
"""Characters; a lock screen shows about 180, a pager's summary takes 1,024."""
_LONGEST_NAME = 60
_LONGEST_QUOTE = 40
_PHRASES_WEIGHED = 5
_HASHTAGS_SAID = 1
_ONE_AUTHOR = 0.5
"""Share of the sample from which an author or a text is named as the outbreak itself."""


class Facts(Struct, frozen=True, kw_only=True):
    """The figures of an outbreak, and the sentence made of them.

    Parameters
    ----------
    kind, brand
        What it is, and the brand's name.
    counted
        The figures.
    evidence
        What people say, and whether one author or one text is behind it all.
    unscored_share
        Share of those counted that could not be scored, 0 to 1.
    warming_up
        The brand is too young to know what is ordinary.
    past, at_peak
        As ``figures.how_many`` takes them.

    Examples
    --------
    >>> from detectors.verdict import Term
    >>> facts = Facts(kind="crisis", brand="Northside", unscored_share=0.0, counted=Counted(seen=41, span_s=7_200,
    ...               expected=2.6, negatives=39, expected_negatives=0.4, negative_share=0.95,
    ...               expected_negative_share=0.15, at=1752588120),
    ...               evidence=Evidence(phrases=(Term(text="car park charges", share=0.4),)))
    >>> facts.sentence()[:70]
    'Northside: 41 authors since 12:02 UTC where about 3 are ordinary, 39 o'
    >>> facts.sentence()[70:]
    'f them negative where hardly any is ordinary; people say “car park charges”.'
    """

    kind: Kind
    brand: str
    counted: Counted
    evidence: Evidence
    unscored_share: float
    warming_up: bool = False
    past: bool = False
    at_peak: bool = False

    def authors(self, times: Times = IN_UTC) -> Figure:
        """Return who has spoken; in what versions before counted, how many mentions there were."""
        return how_many(self.counted, warming_up=self.warming_up, past=self.past, at_peak=self.at_peak, times=times)

    def negative(self) -> Figure:
        """Return how many of them were negative."""
        return how_negative(self.kind, self.counted, unscored_share=self.unscored_share, warming_up=self.warming_up)

    def sentence(self, times: Times = IN_UTC) -> str:
        """Return one sentence, in UTC of at most 400 characters, that says what is going on.

        What people say, and whether one author says it, stands in it where there is room: for everybody, however long
        the moments are in a reader's zone.
        """
        caution, people = _caution(self.evidence), _people_say(self.evidence)
        room = LONGEST - len(self._sentence(IN_UTC)) - 1
        tails = (
            "".join(f"; {clause}" for part in tail for clause in part)
            for tail in ((caution, people), (caution, people[:1]), (caution, ()), ((), ()))
        )
        tail = next((tail for tail in tails if len(tail) <= room), "")
        return f"{self._sentence(times)}{tail}."

    def _sentence(self, times: Times) -> str:
        name, figures = named(self.brand), f"{self.authors(times)}, {self.negative()}"
        if self.kind == "slow_burn":
            return f"{name}: more than usual: {figures}"
        if self.kind == "opportunity":
            # Nothing scores praise; that few are negative is all that is known.
            how = ", and not in anger"
            if self.counted.mixed:
                how = ", and reactions are mixed"
            elif self.unscored_share >= FEW:
                how = ""
            return f"{name} is being talked about a lot{how}: {figures}"
        return f"{name}: {figures}"


def silence_sentence(brand: str, sources: tuple[str, ...], began_at: int, at: int, times: Times = IN_UTC) -> str:
    """Return the sentence about sources that fell silent at ``began_at``, as of ``at``.

    Examples
    --------
    >>> silence_sentence("Tocsin", ("rss",), began_at=1752580920, at=1752588120)
    'Tocsin: nothing from rss since 12:02 UTC; what is said there goes unheard.'
    """
    of = f"from {_plain(', '.join(sources), _LONGEST_NAME)} " if sources else ""
    return f"{named(brand)}: nothing {of}{since_when(began_at, at, times)}; what is said there goes unheard."


def named(brand: str) -> str:
    """Return the name of a brand as the sentence has it."""
    return _plain(brand, _LONGEST_NAME) or "A brand without a name"


def cited(evidence: Evidence) -> Evidence:
    """Return of the evidence what a sentence may name: phrases, a hashtag, one author or one text behind it all."""
    return Evidence(
        phrases=evidence.phrases[:_PHRASES_WEIGHED],
        hashtags=evidence.hashtags[:_HASHTAGS_SAID],
        concentration=evidence.concentration,
        unscored_share=evidence.unscored_share,
    )


def _caution(evidence: Evidence) -> tuple[str, ...]:
    """Name one author or one text behind it all: not many people, and the first thing that one would ask."""
    found = evidence.concentration
    if found.loudest_author and (not found.rings_without_loudest_author or found.loudest_author_share >= _ONE_AUTHOR):
        share = percent(found.loudest_author_share)
        return (f"possible coordination: {share} of the posts are {by_one_author(found.loudest_author)}",)
    if found.repeated_text and (not found.rings_without_repeated_text or found.repeated_text_share >= _ONE_AUTHOR):
        share = percent(found.repeated_text_share)
        return (f"possible coordination: {share} of the posts {repeating_one_text(found.repeated_text)}",)
    return ()


def by_one_author(name: str) -> str:
    """Return how the sentence names the author behind it all, so that the name can be found in it again."""
    return f"by one author, {_plain(name, _LONGEST_QUOTE)}"


def repeating_one_text(text: str) -> str:
    """Return how the sentence quotes the text that many repeat, so that it can be found in it again."""
    return f"repeat one text, “{_plain(text, _LONGEST_QUOTE)}”"


def _people_say(evidence: Evidence) -> tuple[str, ...]:
    # “car park charges” tells a reader more than “charges”, though the shorter is said more.
    longest_first = sorted(evidence.phrases[:_PHRASES_WEIGHED], key=lambda term: " " not in term.text)
    quotes = [f"“{text}”" for term in longest_first[:2] if (text := _plain(term.text, _LONGEST_QUOTE))]
    quotes += [
        f"#{text}"
        for term in evidence.hashtags[:_HASHTAGS_SAID]
        if (text := _plain(term.text.lstrip("#"), _LONGEST_QUOTE))
    ]
    return (f"people say {', '.join(quotes)}",) if quotes else ()


def quotable(text: str) -> str:
    """Return a text as the sentence quotes it: one line without control, format and lone surrogate characters."""
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(kept.split()).strip("“”\"' ")


def _plain(text: str, longest: int) -> str:
    """Return a quotable text cut at a word where possible."""
    line = quotable(text[: 4 * longest])
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > longest // 2 else cut).rstrip() + "…"
