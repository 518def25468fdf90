"""What of a batch goes on to Kafka: what speaks of a brand, and what follows from what was sent before. Pure."""

import datetime as dt
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention, decode_mention, encode_mention
from streams.queries.matching import Matcher
from streams.sources.checkpoint import Counts
from streams.sources.sent_ids import SentIds
from streams.sources.source import Batch

_ROUNDS = 8
_GONE = 20_000
"""Take-downs of posts that were not sent, remembered for the case that the post comes behind its own take-down."""


_PUNCTUAL_S = 45.0
"""What is heard so soon finds its minute open."""


class Selected(Struct, frozen=True, kw_only=True):
    """What becomes of a batch.

    Parameters
    ----------
    mentions
        What goes on, in its order.
    refused
        What goes to the dead letters.
    fresh
        Ids to remember before they are sent.
    counts
        What this batch adds.
    """

    mentions: tuple[Mention, ...]
    refused: tuple[Refused, ...]
    fresh: tuple[str, ...]
    counts: Counts


class Selection:
    """Selects for one source.

    What was sent once is followed: its edits and its take-down go on, whatever they match. A take-down of what was
    never sent goes nowhere, unless everything is sent; should the post itself come behind it, it goes nowhere either.

    Parameters
    ----------
    matcher
        The brands' queries.
    keep_all
        Whether everything goes on; only what matches is remembered then, all the same.
    """

    def __init__(self, matcher: Matcher, *, keep_all: bool = False) -> None:
        self._matcher = matcher
        self._keep_all = keep_all
        self._gone: dict[str, None] = {}

    def use_matcher(self, matcher: Matcher) -> None:
        """Select by other queries from the next batch on."""
        self._matcher = matcher

    def select(self, batch: Batch, sent: SentIds, *, now: float) -> Selected:
        """Select of one batch.

        Parameters
        ----------
        sent
            Is asked, and not changed.
        now
            When it was heard, epoch seconds.
        """
        counts = Counts(received=len(batch.mentions) if batch.heard is None else batch.heard)
        refused = list(batch.refused)
        going: list[Mention] = []
        fresh: dict[str, None] = {}
        for mention, matches in zip(batch.mentions, self._matcher.match(batch.mentions), strict=True):
            is_match = bool(matches) and not mention.deleted
            counts.matched += is_match
            is_followed = mention.id in fresh or mention.id in sent
            if mention.deleted and not (is_followed or self._keep_all):
                counts.deleted_unknown += 1
                self._note_gone(mention.id)
                continue
            if not (is_match or is_followed or self._keep_all) or mention.id in self._gone:
                counts.dropped += 1
                counts.unplaced += mention.is_withheld
                continue
            fitted = _fitted(mention if batch.is_backfill else _as_heard(mention, batch.delay_s, now))
            if isinstance(fitted, Refused):
                refused.append(fitted)
                continue
            counts.truncated += len(fitted.content) < len(mention.content)
            counts.deleted += mention.deleted
            counts.withheld += mention.is_withheld
            going.append(fitted)
            if is_match:
                fresh[mention.id] = None
        counts.refused = len(refused)
        counts.emitted = len(going)
        return Selected(mentions=tuple(going), refused=tuple(refused), fresh=tuple(fresh), counts=counts)

    def _note_gone(self, post_id: str) -> None:
        self._gone[post_id] = None
        if len(self._gone) > _GONE:
            del self._gone[next(iter(self._gone))]


def matching_brands(matcher: Matcher, mentions: Sequence[Mention]) -> list[tuple[str, ...]]:
    """Return, for each mention, the ids of the brands that it speaks of."""
    return [tuple(matcher.brands[index].id for index in indices) for indices in matcher.match(mentions)]


def _as_heard(mention: Mention, delay_s: float, now: float) -> Mention:
    """Return a mention as it counts: when it was heard, where it is heard no later than its source ordinarily does.

    Ingest closes a minute a minute after its end. What is heard of by asking every ten would always come late, and
    count for nothing; what is older than that was published on another day, or by a wrong clock, and keeps its time.
    """
    try:
        age_s = now - mention.published_s
    except (ValueError, OverflowError, OSError):
        return mention  # it is refused as it is
    if mention.deleted or not _PUNCTUAL_S < age_s <= delay_s:
        return mention
    return replace(mention, published=dt.datetime.fromtimestamp(int(now), dt.UTC))


def _fitted(mention: Mention) -> Mention | Refused:
    """Return a mention as it may be sent: within the schema, its text cut to what a record may hold."""
    try:
        data = encode_mention(mention)
        for _ in range(_ROUNDS):
            if len(data) <= MAX_BYTES or not mention.content:
                break
            kept = int(len(mention.content) * 0.95 * MAX_BYTES / len(data))
            mention = replace(mention, content=mention.content[:kept])
            data = encode_mention(mention)
        decode_mention(data)
    except BadMentionError as error:
        return Refused.because(error, f"{mention.source}: {mention.id[:200]!r}", data[:MAX_BYTES])
    except (UnicodeEncodeError, msgspec.EncodeError, ValueError, TypeError) as error:
        data = repr(mention).encode(errors="replace")[:MAX_BYTES]
        return Refused(origin=f"{mention.source}: {mention.id[:200]!r}", reason="schema", detail=str(error), data=data)
    return mention
