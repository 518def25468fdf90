"""Measures the head of harm, here and now: ``python -m detectors.bench.harm``.

Headlines and requests by their kind, and texts that only sound so (``harm_texts``). Each is read twice: for the brand
that ``X`` stands for, and for nobody in particular, as ``tocsin score --harm`` does. Then the speed of scoring, with
harm and without, in turns.
"""

import re
import sys
import time
from collections.abc import Sequence

from detectors.bench import harm_texts
from detectors.bench.harm_texts import Texts
from detectors.bench.negativity import synthetic_texts
from detectors.negativity.harm.gate import may_report
from detectors.negativity.harm.harm import HARMFUL, harm_of
from detectors.negativity.model import load_scorer
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise

_NAMED = re.compile(r"\bX(?=\b|MustGo)|(?<=[a-z])X\b")
_PASSES = 3


def _found(texts: Sequence[str], *, is_known: bool) -> list[bool]:
    spans = [[found.span() for found in _NAMED.finditer(text)] if is_known else [] for text in texts]
    is_read = may_report(texts, tokenise([encode(text) for text in texts])).tolist()
    return [
        worth and harm_of(text, reports_count=is_known) >= HARMFUL and harm_of(text, own) >= HARMFUL
        for text, own, worth in zip(texts, spans, is_read, strict=True)
    ]


def _speeds() -> tuple[float, float]:
    """Return texts scored in a second of this process's own time, without harm and with it: the best of turns."""
    scorer, texts = load_scorer(), synthetic_texts(20_000)
    best = [float("inf"), float("inf")]
    for _ in range(_PASSES + 1):
        for with_harm in (False, True):
            begun = time.process_time()
            for begin in range(0, len(texts), 1000):
                batch = texts[begin : begin + 1000]
                read = scorer.read(batch, ["en"] * len(batch))
                if with_harm:
                    for place in read.may_report_harm:
                        harm_of(batch[place])
            best[with_harm] = min(best[with_harm], time.process_time() - begun)
    return len(texts) / best[0], len(texts) / best[1]


def figures(kinds: Texts) -> dict[str, tuple[int, int, int]]:
    """Return for each kind how many texts there are, and how many are found read for ``X`` and for nobody."""
    return {
        kind: (len(texts), sum(_found(texts, is_known=True)), sum(_found(texts, is_known=False)))
        for kind, texts in kinds.items()
    }


def main() -> int:
    """Print what is found, and what is found falsely, by kind; then the speed."""
    for title, reported, unharmed in (
        ("looked at", harm_texts.SEEN_REPORTED, harm_texts.SEEN_UNHARMED),
        ("not looked at", harm_texts.UNSEEN_REPORTED, harm_texts.UNSEEN_UNHARMED),
    ):
        for of, kinds in (("found", reported), ("falsely found", unharmed)):
            print(f"{f'{title}: {of}':36}{'texts':>6}{'read for X':>12}{'for nobody':>12}")  # noqa: T201
            found = figures(kinds)
            for kind, (count, known, unknown) in found.items():
                print(f"  {kind:34}{count:6}{known:12}{unknown:12}")  # noqa: T201
            count, known, unknown = (sum(numbers) for numbers in zip(*found.values(), strict=True))
            print(f"  {'all':34}{count:6}{known / count:12.2f}{unknown / count:12.2f}\n")  # noqa: T201
    without, with_harm = _speeds()
    print(f"texts/s of one core: {without:,.0f} without harm, {with_harm:,.0f} with it")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
