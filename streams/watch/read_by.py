"""Which scorer has read a brand's ordinary share, and when that changes.

Each flush says by which scorer its mentions were read. While workers are replaced one after another a bin may hold
readings by two. The share goes over to a scorer with the first bin in which it reads and the share's own does not;
what the other still reads is reckoned over in each bin. It goes back to the one before only where the share's own has
read nothing for an hour: so a brand of three workers, one of them new, does not go to and fro.
"""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from detectors.decision.brand_detector import BrandDetector
from detectors.negativity.rates import BEFORE_IT_WAS_SAID, KNOWN, Known, change
from detectors.observation import Observation
from detectors.post import Post
from streams.watch.merged_bin import MergedBin

_BACK_S = 3600
_KEPT = 0.998
"""Of the posts by language, with each that comes."""


class Rescored(NamedTuple):
    """That a brand is read by another scorer: ``known`` where the difference is."""

    brand: str
    before: str
    after: str
    known: bool


class ReadBy(Struct, omit_defaults=True):
    """By which scorer a brand's share was learned, as it is stored beside it.

    Parameters
    ----------
    scorer
        Its name; that of the releases that did not say it where nothing is stored.
    before
        The one that it took the place of.
    read_until
        End of the last bin that held a reading by ``scorer``, epoch seconds.
    languages
        The brand's posts by the language that they state, half forgotten after some three hundred and fifty.
    """

    scorer: str = BEFORE_IT_WAS_SAID
    before: str = ""
    read_until: int = 0
    languages: dict[str, float] = {}

    def learn(self, posts: tuple[Post, ...]) -> None:
        """Take the languages of posts of ordinary talk, of those that were scored."""
        for post in posts:
            if post.negativity is not None:
                self.languages = {language: _KEPT * count for language, count in self.languages.items() if count > 0.1}
                main = post.language.partition("-")[0].lower()
                self.languages[main] = self.languages.get(main, 0.0) + 1.0

    def follow(self, bins: Mapping[int, MergedBin], until: int, *, is_new: bool) -> str | None:
        """Look who has read the open bins that began before ``until``; return whose place another has taken, if so.

        Parameters
        ----------
        bins
            The open bins by their start.
        until
            Event time, epoch seconds.
        is_new
            Nothing was read yet: whoever reads first is the share's own, and takes nobody's place.
        """
        was = self.scorer
        for start in sorted(start for start in bins if start < until):
            end = start + bins[start].span_s
            is_own = bins[start].scorers == {self.scorer}
            read_by = {self.scorer: 1.0} if is_own else bins[start].read_by(until - start)
            if self.scorer in read_by:
                self.read_until = max(self.read_until, end)
            elif read_by:
                other = max(sorted(read_by), key=read_by.__getitem__)
                if is_new or other != self.before or end - self.read_until >= _BACK_S:
                    self.before = "" if is_new else self.scorer
                    self.scorer, self.read_until = other, end
        return None if is_new or was == self.scorer else was

    def rescored(
        self, observation: Observation, merged: MergedBin, detector: BrandDetector, known: Known = KNOWN
    ) -> Observation:
        """Return a bin as it would be if the share's scorer had read all of it, as far as the difference is known."""
        if merged.scorers == {self.scorer} or observation.readings <= 0:
            return observation
        read_by = merged.read_by(observation.elapsed_s)
        share = detector.share_at(observation.start)
        shift = 0.0
        for name, part in read_by.items():
            other = change(self.scorer, name, self.languages, known) if name != self.scorer else None
            if other is not None:
                shift += part * (share - other.of(share))
        return replace(observation, rescored=shift * observation.readings)
