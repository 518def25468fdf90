"""Texts that twenty people each rated, as they lie in the source archive of VADER: tweets, reviews and editorials.

They have no labels of ours. The teacher, which learned nothing from them, says how negative each is; what the ratings
mean in its words is learned from all of them together, and both count.
"""

import hashlib
import io
import tarfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.errors import DetectorsError
from detectors.negativity.text import encode

SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
"""Of ``vaderSentiment-3.3.2.tar.gz``, the source archive; its terms are MIT."""

_INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
_PARTS = ("tweets", "amazonReviewSnippets", "movieReviewSnippets", "nytEditorialSnippets")
_STEPS = 300


class Rated(NamedTuple):
    """Texts, the mean of what people gave each (-4 to 4), and the place of its kind in the archive."""

    texts: list[str]
    ratings: NDArray[np.float64]
    kinds: NDArray[np.int64]


def read_rated(archive: Path) -> Rated:
    """Read all rated texts; names and links are written as tweets have them.

    Raises
    ------
    DetectorsError
        Where the file is not that archive.
    """
    content = archive.read_bytes() if archive.is_file() else b""
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise DetectorsError(
            f"{archive}: not vaderSentiment-3.3.2.tar.gz; "
            "pip download --no-deps --no-binary vadersentiment vadersentiment==3.3.2"
        )
    texts: list[str] = []
    ratings: list[float] = []
    kinds: list[int] = []
    with tarfile.open(fileobj=io.BytesIO(content)) as outer, tarfile.open(fileobj=outer.extractfile(_INNER)) as inner:
        for kind, part in enumerate(_PARTS):
            file = inner.extractfile(f"hutto_ICWSM_2014/{part}_GroundTruth.txt")
            assert file is not None
            for row in file.read().decode("utf-8", "replace").splitlines():
                _, rating, text = row.split("\t", 2)
                text = text.replace("@anonymous", "@user").replace("http://url_removed", "http://t.co/x")
                texts.append(encode(text).decode())
                ratings.append(float(rating))
                kinds.append(kind)
    return Rated(texts, np.array(ratings), np.array(kinds, dtype=np.int64))


def rating_opinions(rated: Rated, opinions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each rating means as probabilities of the labels: a regression of the teacher's on the ratings.

    Multinomial logistic, on the rating, its size and its square, with a level for each kind of text.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped,import-not-found,unused-ignore]

    kinds = np.eye(len(_PARTS))[rated.kinds]
    inputs = np.column_stack([rated.ratings, np.abs(rated.ratings), rated.ratings**2 / 4.0, kinds])
    shape = (inputs.shape[1], opinions.shape[1])

    def chances(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        logits = inputs @ numbers.reshape(shape)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def loss(numbers: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        chance = chances(numbers)
        value = -(opinions * np.log(chance + 1e-12)).sum() + 0.5 * numbers @ numbers
        return float(value), (inputs.T @ (chance - opinions)).ravel() + numbers

    fit = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return chances(fit.x).astype(np.float32)
