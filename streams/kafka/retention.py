"""How long people's texts are kept, and the topic settings by which Kafka deletes them in time. Pure."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from streams.kafka.topics import Topic

DAY_S = 86_400.0
_IDS_S = 30 * 3600.0
"""How long ids are kept that are remembered for a day: that, and an outage."""


class Retention(Struct, frozen=True, kw_only=True):
    """Times in seconds; fields as in the configuration's section ``retention``.

    Parameters
    ----------
    posts
        Mentions and all that is made of them on the way, but for incidents.
    evidence
        Strangers' texts and names in incidents: counted from when the watch stage last reported them.
    erased
        That a post or an author was erased or taken down: a hash each.
    superseded
        What was replaced or deleted in a topic of which Kafka keeps the newest of each key.
    evidence_of
        By what posts state as their source, less than ``evidence``: their incidents are to be without them sooner.
    """

    posts: float = 7 * DAY_S
    evidence: float = 90 * DAY_S
    erased: float = 400 * DAY_S
    superseded: float = DAY_S
    evidence_of: tuple[tuple[str, float], ...] = ()

    def evidence_s(self, sources: Collection[str]) -> float:
        """Return how long the evidence of an incident is kept, of posts of some sources.

        Examples
        --------
        >>> retention = Retention(evidence=90 * DAY_S, evidence_of=(("youtube", 30 * DAY_S),))
        >>> [retention.evidence_s(of) / DAY_S for of in (["youtube", "feeds"], ["feeds"])]
        [30.0, 90.0]
        """
        return min([self.evidence, *(seconds for source, seconds in self.evidence_of if source in sources)])

    @property
    def shortest_evidence(self) -> float:
        """The least of all times for which evidence is kept."""
        return self.evidence_s([source for source, _ in self.evidence_of])

    @property
    def posts_gone_s(self) -> float:
        """After so long the last byte of a post is deleted: Kafka deletes whole segments."""
        return self.posts + self.posts / 7 + _LOOKS_S

    @property
    def superseded_gone_s(self) -> float:
        """After so long the last byte of what was replaced is deleted."""
        return self.superseded + _LOOKS_S


_LOOKS_S = 900.0
"""Kafka looks for segments to delete every five minutes, and deletes their files a minute later."""


def configs_of(topic: Topic, retention: Retention) -> dict[str, str]:
    """Return the settings of a topic.

    Kafka deletes whole segments when their newest record is old enough, and compacts those that are closed; so
    segments are short, measured by the time that is promised.

    Examples
    --------
    >>> from streams.kafka.topics import MENTIONS
    >>> configs_of(MENTIONS, Retention())
    {'cleanup.policy': 'delete', 'retention.ms': '604800000', 'segment.ms': '86400000'}
    """
    match topic.keep:
        case "day":
            return _deleted(_IDS_S, segment_s=_IDS_S / 10)
        case "days":
            return _deleted(retention.posts, segment_s=retention.posts / 7)
        case "erased":
            return compacted(retention) | {
                "cleanup.policy": "compact,delete",
                "retention.ms": _ms(retention.erased),
            }
        case "forever" | "latest":
            return compacted(retention)


def compacted(retention: Retention) -> dict[str, str]:
    """Return the settings of a compacted topic.

    Segments are closed after a quarter of the time at most, when something is written; what lies in a closed one is
    compacted after half of it. So it is gone in time, however little there is to clean.
    """
    return {
        "cleanup.policy": "compact",
        "segment.ms": _ms(min(retention.superseded / 4, 6 * 3600.0)),
        "max.compaction.lag.ms": _ms(retention.superseded / 2),
        "min.cleanable.dirty.ratio": "0.2",
    }


def changelog_configs(retention: Retention) -> dict[str, str]:
    """Return the settings of the changelog of a stage's table.

    It grows by a row a second: without small segments reading it would take long.
    """
    configs = compacted(retention)
    return configs | {"segment.ms": str(min(600_000, int(configs["segment.ms"])))}


def too_long(wanted: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """Return what must be altered of a topic so that nothing stays longer than is wanted; nothing is lengthened.

    Parameters
    ----------
    wanted
        As ``configs_of`` gives it.
    found
        What was set for the topic; what is missing goes by the broker's own settings.

    Examples
    --------
    >>> too_long({"retention.ms": "1000", "segment.ms": "10"}, {"retention.ms": "-1", "segment.ms": "5"})
    {'retention.ms': '1000'}
    """
    return {
        name: value
        for name, value in wanted.items()
        if name != "cleanup.policy" and _is_longer(found.get(name), float(value))
    }


def shorter(wanted: Mapping[str, str], found: Mapping[str, str]) -> bool:
    """Tell whether a topic is kept for less time than is wanted."""
    has, wants = found.get("retention.ms"), wanted.get("retention.ms")
    return has is not None and wants is not None and 0 <= float(has) < float(wants)


def _is_longer(found: str | None, wanted: float) -> bool:
    return found is None or float(found) < 0 or float(found) > wanted


def _deleted(keep_s: float, *, segment_s: float) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": _ms(keep_s), "segment.ms": _ms(segment_s)}


def _ms(seconds: float) -> str:
    return str(max(1, int(seconds * 1000)))
