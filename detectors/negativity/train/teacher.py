"""A sentence model fine-tuned on the labels: better than what is shipped, and a thousand times too slow."""

import copy
import re
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from numpy.typing import NDArray
from torch import nn  # type: ignore[import-not-found,unused-ignore]

from detectors.negativity.train.resources import unpack_teacher

EPOCHS = 1
"""A second one fits the training texts better and others worse."""

FROZEN = 6
"""Layers, counted from below, that stay as they are, as the embeddings do: a third of the time saved."""

_BATCH = 48
_RATE = 5e-5
_LONGEST = 64
_BUCKET = 50

_LINK = re.compile(r"https?://\S+|www\.\S+")
_USER = re.compile(r"@\w+")
_TAG = re.compile(r"#(\w+)")
_RUN = re.compile(r"(.)\1{2,}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def spoken(text: str) -> str:
    """Write a text as the sentence model knows texts: no names, no links, hashtags in words, emoji by their names.

    Examples
    --------
    >>> spoken("@jo soooo #NotOk 😡")
    ' @user  soo  # Not Ok  pouting  '
    """
    text = _USER.sub(" @user ", _LINK.sub(" http ", text))
    text = _RUN.sub(r"\1\1", _TAG.sub(lambda match: " # " + _CAMEL.sub(" ", match[1]), text))
    return "".join(
        f" {unicodedata.name(letter, '').lower().replace('face', '')} "
        if letter > "\u2190" and unicodedata.category(letter) in {"So", "Sk"}
        else letter
        for letter in text
    )


class Teacher(nn.Module):
    """MPNet, its last states averaged, and three outputs."""

    def __init__(self, model: Path) -> None:
        from transformers import AutoModel, AutoTokenizer  # type: ignore[import-not-found,unused-ignore]

        super().__init__()
        self.tokenizer: Any = AutoTokenizer.from_pretrained(model)
        self.body: Any = AutoModel.from_pretrained(model)
        self.body.requires_grad_(requires_grad=False)
        for layer in self.body.encoder.layer[FROZEN:]:
            layer.requires_grad_(requires_grad=True)
        self.dropout = nn.Dropout(0.1)
        self.out = nn.Linear(self.body.config.hidden_size, 3)

    def forward(self, pieces: Any, mask: Any) -> Any:
        """Return the logits of the three labels."""
        return self.out(self.dropout(self.states(pieces, mask).to(self.out.weight.dtype))).float()

    def states(self, pieces: Any, mask: Any) -> Any:
        """Return the mean of each text's last states."""
        states = self.body(input_ids=pieces, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).float()
        return (states.float() * weight).sum(1) / weight.sum(1)

    def cut(self, texts: Sequence[str]) -> list[list[int]]:
        """Cut texts into word pieces."""
        pieces: list[list[int]] = self.tokenizer(
            [spoken(text) for text in texts], truncation=True, max_length=_LONGEST
        )["input_ids"]
        return pieces

    def judge(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the logits of the three labels for each text, (texts, 3); in 16 bits, which is three times as fast."""
        quick = copy.deepcopy(self).bfloat16().eval()
        return _in_batches(self.cut(texts), 3, lambda batch: quick(*quick.pad(batch)))

    def describe(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the mean last state of each word standing alone, (words, 768), in 16 bits as well."""
        quick = copy.deepcopy(self).bfloat16().eval()
        return _in_batches(self.cut(words), self.out.in_features, lambda batch: quick.states(*quick.pad(batch)))

    def pad(self, batch: Sequence[Sequence[int]]) -> tuple[Any, Any]:
        """Return a batch of cut texts as one array, and which of its places are set."""
        width = max(map(len, batch))
        pieces = torch.full((len(batch), width), self.tokenizer.pad_token_id, dtype=torch.long)
        mask = torch.zeros(len(batch), width, dtype=torch.long)
        for row, cut in enumerate(batch):
            pieces[row, : len(cut)] = torch.tensor(cut)
            mask[row, : len(cut)] = 1
        return pieces, mask


def _in_batches(cut: list[list[int]], width: int, answer: Callable[[list[list[int]]], Any]) -> NDArray[np.float32]:
    answers = np.zeros((len(cut), width), dtype=np.float32)
    order = np.argsort([len(pieces) for pieces in cut], kind="stable")
    with torch.no_grad():
        for begin in range(0, len(order), 128):
            rows = order[begin : begin + 128]
            answers[rows] = answer([cut[row] for row in rows]).float().numpy()
    return answers


def train_teacher(texts: Sequence[str], labels: NDArray[np.int64], seed: int, kept: Path | None = None) -> Teacher:
    """Fine-tune the upper layers of the sentence model; what was learned is kept in ``kept``, and read from it."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        teacher = Teacher(unpack_teacher(Path(folder)))
    if kept and kept.exists():
        teacher.load_state_dict(torch.load(kept, weights_only=True))
        return teacher
    cut = teacher.cut(texts)
    lengths = np.array([len(pieces) for pieces in cut])
    matrices = [p for p in teacher.parameters() if p.requires_grad and p.ndim > 1]
    others = [p for p in teacher.parameters() if p.requires_grad and p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": matrices}, {"params": others, "weight_decay": 0.0}], lr=_RATE)
    batches = _batches(lengths, random)
    steps = len(batches) * EPOCHS
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.0, 1.0 - step / steps)
    )
    for epoch in range(EPOCHS):
        teacher.train()
        for number, rows in enumerate(batches):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = teacher(*teacher.pad([cut[row] for row in rows]))
            loss = nn.functional.cross_entropy(logits, torch.from_numpy(labels[rows]))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if number % 100 == 0:
                print(f"teacher: epoch {epoch + 1} of {EPOCHS}, batch {number} of {len(batches)}", flush=True)  # noqa: T201
        batches = _batches(lengths, random)
    if kept:
        torch.save(teacher.state_dict(), kept)
    return teacher


def _batches(lengths: NDArray[np.int64], random: np.random.Generator) -> list[NDArray[np.int64]]:
    """Return shuffled batches of texts of like length, so that little is padded."""
    order = random.permutation(len(lengths))
    batches: list[NDArray[np.int64]] = []
    for begin in range(0, len(order), _BATCH * _BUCKET):
        bucket = order[begin : begin + _BATCH * _BUCKET]
        bucket = bucket[np.argsort(lengths[bucket], kind="stable")]
        batches += [bucket[start : start + _BATCH] for start in range(0, len(bucket), _BATCH)]
    return [batches[place] for place in random.permutation(len(batches))]
