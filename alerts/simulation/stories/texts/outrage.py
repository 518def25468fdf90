"""How people turn against a brand: one grammar, filled with what each crisis is about."""

from msgspec import Struct

from alerts.simulation.stories.texts.feelings import FEELINGS
from alerts.simulation.stories.theme import Theme


class Grievance(Struct, frozen=True, kw_only=True):
    """What a crisis is about.

    ``what`` is a sentence about it without its full stop, ``short`` a noun phrase, ``me`` a sentence about
    oneself, ``leave`` what one will do now.
    """

    name: str
    what: tuple[str, ...]
    short: tuple[str, ...]
    me: tuple[str, ...]
    leave: tuple[str, ...]
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """All slots that its themes may use."""
        return {**FEELINGS, "what": self.what, "short": self.short, "me": self.me, "leave": self.leave}


def outrage(grievance: Grievance) -> Theme:
    """People who are angry, and say so."""
    return Theme(
        name=f"{grievance.name}: outrage",
        lines=(
            "{what}. {anger} {brand}",
            "{anger} {what}. {anger} {brand}",
            "@{handle} {what}. {anger} {leave}.",
            "{brand}: {short}. {anger} {anger}",
            "{me}, and now this: {short}. {anger} {brand}",
            "{me}. {what}. {anger} {anger} {brand}",
            "so {what}? {anger} {leave}, {brand}",
            "{leave}. {short}, really? {anger} {brand}",
            "{who} is in tears about {short}. {anger} {brand}",
            "dear {brand}, {short}? {anger} {anger} {leave}.",
            "cannot believe {short}. {anger} {anger} {brand}",
            "{brand} {when}: {what}. {anger}",
            "{short}. {anger} {me}. {anger} {brand}",
            "told {who} about {short}. Answer: {anger} {brand}",
            "{anger} That is all I have to say about {short}, {brand}",
            "read about {short} {when}. {anger} {anger} {leave}. {brand}",
        ),
        words=grievance.words,
        tags=grievance.tags,
        tag_share=0.3,
        links=grievance.links,
        link_share=0.12,
        is_negative=True,
    )


def sarcasm(grievance: Grievance) -> Theme:
    """People who are just as angry, in words that a scorer may take for praise."""
    return Theme(
        name=f"{grievance.name}: sarcasm",
        lines=(
            "{short}. {sarcasm} {brand}",
            "{brand} {what}. {sarcasm}",
            "{sarcasm} {leave}. {brand}",
            "{me}, and what do I get? {short}. {sarcasm} {brand}",
        ),
        words=grievance.words,
        tags=grievance.tags,
        is_negative=True,
    )


def report(grievance: Grievance) -> Theme:
    """Papers and agencies that say what happened, without temper."""
    return Theme(
        name=f"{grievance.name}: report",
        lines=(
            "{brand}: {short}, customers react",
            "{short} at {brand}: what we know {when}",
            "what {short} means for you. {brand}",
            "{brand} answers questions about {short}",
            "Analysis: {brand} and {short}",
        ),
        words=grievance.words,
        tags=grievance.tags,
        tag_share=0.1,
        links=grievance.links or ("simulated.invalid/news",),
        link_share=0.8,
    )


def revolt(
    grievance: Grievance, *, negative: float = 0.95, rest: Theme | None = None
) -> tuple[tuple[Theme, float], ...]:
    """Return a mixture of outrage, a little sarcasm, and for the rest reports or what is given."""
    return (
        (outrage(grievance), 0.95 * negative),
        (sarcasm(grievance), 0.05 * negative),
        (rest or report(grievance), 1.0 - negative),
    )
