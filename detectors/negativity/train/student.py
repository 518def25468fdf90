"""The network that is shipped, as it is trained: see ``network`` for how it is run."""

from typing import Any, NamedTuple

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
from numpy.typing import NDArray
from torch import nn  # type: ignore[import-not-found,unused-ignore]

from detectors.negativity.lookup import build, find
from detectors.negativity.network import largest_entries
from detectors.negativity.ngrams import Ngrams
from detectors.negativity.text import encode
from detectors.negativity.tokens import CAPITALS, ELONGATED, NEGATED, tokenise
from detectors.negativity.train.vocabulary import Vocabulary
from detectors.negativity.weights import Weights

_FLAGS = (NEGATED, CAPITALS, ELONGATED)
_READ = 64


class Recipe(NamedTuple):
    """What was chosen, by validation (``docs/negativity.md`` has the figures).

    Parameters
    ----------
    branches, filters, units
        Networks side by side on the same word vectors; filters and hidden units of each.
    dropout, word_dropout
        Shares of pooled features, and of words (read as unknown), left out in training.
    rate, vector_share, batch, epochs
        Adam's rate, falling to 0; the share of it that word vectors get; texts a step; passes.
    teacher_share
        Weight of the teacher's opinion against the label, where there is a label.
    linear_share
        Weight of the linear half in the score.
    """

    branches: int = 3
    filters: int = 96
    units: int = 32
    dropout: float = 0.5
    word_dropout: float = 0.2
    rate: float = 3e-3
    vector_share: float = 1 / 3
    batch: int = 256
    epochs: int = 5
    teacher_share: float = 0.5
    linear_share: float = 0.4


class Encoded(NamedTuple):
    """Texts as the network reads them: rows of words (0: none, 1: unknown), flags, counts."""

    words: NDArray[np.int32]
    flags: NDArray[np.uint8]
    counts: NDArray[np.int64]


def encode_texts(texts: list[str], vocabulary: Vocabulary) -> Encoded:
    """Cut texts with the product's own tokeniser and look their words up."""
    slots, rows = build(vocabulary.hashes)
    words = np.zeros((len(texts), _READ), dtype=np.int32)
    flags = np.zeros((len(texts), _READ), dtype=np.uint8)
    counts = np.zeros(len(texts), dtype=np.int64)
    for begin in range(0, len(texts), 1024):
        tokens = tokenise([encode(text) for text in texts[begin : begin + 1024]])
        for row, count in enumerate(np.minimum(tokens.counts, _READ).tolist()):
            counts[begin + row] = count
            flags[begin + row, :count] = tokens.flags[row, :count]
            words[begin + row, :count] = [find(slots, rows, key) + 2 for key in tokens.hashes[row, :count]]
    words[(words == 1) & (np.arange(_READ) >= counts[:, None])] = 0
    return Encoded(words, flags, counts)


class Student(nn.Module):
    """Word vectors, one width-3 convolution, and two layers for each branch."""

    def __init__(self, vectors: NDArray[np.float32], recipe: Recipe) -> None:
        super().__init__()
        width = vectors.shape[1]
        self.recipe = recipe
        self.vectors = nn.Embedding(len(vectors) + 2, width, padding_idx=0)
        with torch.no_grad():
            self.vectors.weight[0] = 0.0
            self.vectors.weight[1] = torch.from_numpy(vectors.mean(axis=0))
            self.vectors.weight[2:] = torch.from_numpy(vectors)
        self.convolution = nn.Conv1d(width + len(_FLAGS), recipe.branches * recipe.filters, 3, padding=1)
        self.hidden = nn.ModuleList(nn.Linear(2 * recipe.filters, recipe.units) for _ in range(recipe.branches))
        self.out = nn.ModuleList(nn.Linear(recipe.units, 3) for _ in range(recipe.branches))
        self.dropout = nn.Dropout(recipe.dropout)

    def forward(self, words: Any, flags: Any, counts: Any) -> Any:
        """Return each branch's log-probabilities of the three labels, (texts, branches, 3)."""
        marks = torch.stack([(flags & flag > 0).float() for flag in _FLAGS], dim=-1)
        states = torch.relu(self.convolution(torch.cat([self.vectors(words), marks], dim=-1).transpose(1, 2)))
        states = states * (torch.arange(words.shape[1])[None] < counts[:, None])[:, None].float()
        top = states.amax(dim=2)
        mean = states.sum(dim=2) * (0.5 / (counts.float() + 1.0).sqrt())[:, None]
        filters = self.recipe.filters
        logits = []
        for branch, (hidden, out) in enumerate(zip(self.hidden, self.out, strict=True)):
            part = slice(branch * filters, (branch + 1) * filters)
            pooled = self.dropout(torch.cat([top[:, part], mean[:, part]], dim=1))
            logits.append(out(self.dropout(torch.relu(hidden(pooled)))))
        return torch.stack(logits, dim=1).float().log_softmax(dim=-1)


def train_student(
    encoded: Encoded, targets: NDArray[np.float32], vectors: NDArray[np.float32], recipe: Recipe, seed: int
) -> Student:
    """Fit the network to the targets: a probability for each label, (texts, 3)."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    student = Student(vectors, recipe)
    others = [value for name, value in student.named_parameters() if name != "vectors.weight"]
    optimiser = torch.optim.Adam(
        [{"params": [student.vectors.weight], "lr": recipe.rate * recipe.vector_share}, {"params": others}],
        lr=recipe.rate,
        fused=True,
    )
    steps = len(targets) // recipe.batch
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: max(0.0, 1.0 - step / (steps * recipe.epochs)))
    goal = torch.from_numpy(targets)
    for epoch in range(recipe.epochs):
        order = random.permutation(len(targets))
        for step in range(steps):
            rows = order[step * recipe.batch : (step + 1) * recipe.batch]
            words, flags, counts = _part(encoded, rows)
            dropped = (torch.rand(words.shape) < recipe.word_dropout) & (words > 0)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                opinion = student(torch.where(dropped, torch.ones_like(words), words), flags, counts)
            loss = -(goal[rows][:, None] * opinion).sum(dim=-1).mean(dim=0).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        print(f"student: epoch {epoch + 1} of {recipe.epochs}, loss {loss.item() / recipe.branches:.3f}", flush=True)  # noqa: T201
    return student


def _part(encoded: Encoded, rows: NDArray[np.int64]) -> tuple[Any, Any, Any]:
    width = max(1, int(encoded.counts[rows].max()))
    return (
        torch.from_numpy(encoded.words[rows, :width]).long(),
        torch.from_numpy(encoded.flags[rows, :width]),
        torch.from_numpy(encoded.counts[rows]),
    )


def to_weights(student: Student, vocabulary: Vocabulary, linear: Ngrams, recipe: Recipe) -> Weights:
    """Return what is shipped, not yet calibrated: word vectors in 8 bits, all else as it is."""

    def stacked(layers: Any, name: str) -> NDArray[np.float32]:
        return np.stack([np.ascontiguousarray(getattr(layer, name).detach().numpy().T) for layer in layers])

    vectors = student.vectors.weight.detach().numpy()
    vectors = np.concatenate([vectors[2:], vectors[1:2]])
    scale = (np.abs(vectors).max(axis=0) / 127).astype(np.float32)
    kept = np.rint(vectors / scale).astype(np.int8)
    convolution = np.ascontiguousarray(student.convolution.weight.detach().numpy().transpose(2, 1, 0))
    bias = student.convolution.bias.detach().numpy()
    return Weights(
        words=vocabulary.hashes,
        vectors=kept,
        vector_scale=scale,
        convolution=convolution,
        bias=bias,
        peaks=largest_entries(kept, scale, convolution, bias),
        hidden=stacked(student.hidden, "weight"),
        hidden_bias=stacked(student.hidden, "bias"),
        out=stacked(student.out, "weight"),
        out_bias=stacked(student.out, "bias"),
        ngrams=linear.table,
        ngram_numbers=np.array([linear.step, linear.bias, recipe.linear_share], dtype=np.float32),
        calibration=np.array([1.0, 0.0, 0.5], dtype=np.float32),
    )
