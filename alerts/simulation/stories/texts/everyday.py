"""Ordinary talk of a line of business: chat, small trouble, small joy."""

from msgspec import Struct

from alerts.simulation.stories.texts.feelings import FEELINGS
from alerts.simulation.stories.theme import Theme


class Sector(Struct, frozen=True, kw_only=True):
    """How people talk about a line of business on any day.

    ``doing`` follows “I am”, ``question`` stands alone, ``trouble`` and ``joy`` are sentences without their
    full stop, ``thing`` is a noun with its article.
    """

    name: str
    doing: tuple[str, ...]
    thing: tuple[str, ...]
    question: tuple[str, ...]
    trouble: tuple[str, ...]
    joy: tuple[str, ...]
    tags: tuple[str, ...] = ()

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """All slots that its themes may use."""
        return {
            **FEELINGS, "doing": self.doing, "thing": self.thing, "question": self.question, "trouble": self.trouble,
            "joy": self.joy,
        }  # fmt: skip


Mixture = tuple[tuple[Theme, float], ...]


def chat(sector: Sector) -> Theme:
    """Return talk without any temper, most of what is said of anyone."""
    return Theme(
        name=f"{sector.name}: chat",
        lines=(
            "{doing} {when}, {brand} again. {shrug}",
            "{question}",
            "@{handle} {question}",
            "{who} is {doing} with {brand} {when}",
            "talked to {who} about {thing}, and {brand} came up. {shrug}",
            "so {when} I am {doing}. {brand} it is",
            "{who} asked me about {thing} at {brand}. {shrug}",
            "{brand} and {thing}, the story of my week. {shrug}",
            "anyone else {doing} {when}? {brand}",
            "{brand}: {thing}. {question}",
            "{when} at {brand}: {thing}. {shrug}",
            "note to self: {thing}, {brand}, {when}",
            "still {doing} via {brand}. {shrug}",
            "what is it with {brand} and {thing}",
        ),
        words=sector.words,
        tags=sector.tags,
        tag_share=0.15,
        links=("simulated.invalid/photo", "simulated.invalid/map", "simulated.invalid/list"),
        link_share=0.06,
    )


def trouble(sector: Sector) -> Theme:
    """Return the complaints of any day."""
    return Theme(
        name=f"{sector.name}: trouble",
        lines=(
            "{trouble}. {grumble} {brand}",
            "@{handle} {trouble}. {grumble}",
            "{grumble} {trouble}, {brand}",
            "{trouble}, and {who} says the same. {grumble} {brand}",
            "{brand} {when}: {trouble}. {grumble}",
            "why is it that {trouble}? {grumble} {brand}",
            "{when} {trouble}. {brand}, {grumble}",
            "{brand}, {trouble} again. {grumble}",
        ),
        words=sector.words,
        tags=sector.tags,
        tag_share=0.1,
        is_negative=True,
    )


def joy(sector: Sector) -> Theme:
    """Return the kind words of any day."""
    return Theme(
        name=f"{sector.name}: joy",
        lines=(
            "{joy}. {glad} {brand}",
            "@{handle} {joy}. {glad}",
            "{glad} {joy}, {brand}",
            "{who} says {joy}. {glad} {brand}",
            "{brand} {when}: {joy}. {glad}",
            "{joy}, and it was {brand}. {glad}",
        ),
        words=sector.words,
        tags=sector.tags,
        tag_share=0.1,
    )


def ordinary(sector: Sector, *, negative: float = 0.2) -> Mixture:
    """Return a day's mixture with about this share of complaints, 0 to 1."""
    rest = 1.0 - negative
    return ((chat(sector), 0.75 * rest), (trouble(sector), negative), (joy(sector), 0.25 * rest))
