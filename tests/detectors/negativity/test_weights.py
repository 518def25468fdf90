"""The shipped weights: they are the ones that the card describes."""

import hashlib

import numpy as np
import pytest

from detectors.errors import DetectorsError
from detectors.negativity.network import Tables, build_tables, largest_entries, log_odds
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise
from detectors.negativity.weights import WEIGHTS_PATH, WEIGHTS_SHA256, Weights, read_weights, write_weights


@pytest.fixture(scope="module")
def weights() -> Weights:
    return read_weights()


@pytest.fixture(scope="module")
def tables(weights: Weights) -> Tables:
    return build_tables(weights)


def test_the_shipped_weights_are_those_of_the_card():
    assert hashlib.sha256(WEIGHTS_PATH.read_bytes()).hexdigest() == WEIGHTS_SHA256


def test_the_weights_hold_no_text_and_no_objects(weights):
    assert {array.dtype.kind for array in weights} <= {"u", "i", "f"}
    assert WEIGHTS_PATH.stat().st_size < 15_000_000


def test_the_same_weights_make_the_same_bytes(tmp_path, weights):
    first = write_weights(weights, tmp_path / "one.npz")
    second = write_weights(weights, tmp_path / "two.npz")

    assert first == second
    assert read_weights(tmp_path / "one.npz").words.tolist() == weights.words.tolist()


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_file_that_is_no_weights_is_refused_by_name(tmp_path, content):
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(DetectorsError, match=r"weights\.npz"):
        read_weights(path)


@pytest.mark.parametrize("name", ["words", "vectors", "convolution", "bias", "hidden", "ngrams"])
def test_arrays_that_do_not_fit_each_other_are_refused(tmp_path, name, weights):
    path = tmp_path / "weights.npz"
    write_weights(weights._replace(**{name: getattr(weights, name)[1:]}), path)

    with pytest.raises(DetectorsError, match=r"weights\.npz.*not of the shape"):
        read_weights(path)


def test_a_lone_array_is_no_weights(tmp_path):
    np.save(tmp_path / "one.npy", np.zeros(3))

    with pytest.raises(DetectorsError, match=r"one\.npy"):
        read_weights(tmp_path / "one.npy")


def test_the_shipped_steps_hold_the_largest_entry_of_each_filter(weights):
    peaks = largest_entries(weights.vectors, weights.vector_scale, weights.convolution, weights.bias)

    np.testing.assert_allclose(peaks, weights.peaks, rtol=1e-4)


def plain_log_odds(weights: Weights, text: str) -> float:
    """Run the network as a textbook has it: float arithmetic, no tables."""
    tokens = tokenise([encode(text)])
    count = int(tokens.counts[0])
    rows = {int(key): row for row, key in enumerate(weights.words)}
    inputs = np.zeros((count + 2, weights.convolution.shape[1]))
    for index in range(count):
        row = rows.get(int(tokens.hashes[0, index]), len(weights.words))
        flag = int(tokens.flags[0, index])
        inputs[index + 1] = [*(weights.vectors[row] * weights.vector_scale), flag & 1, flag >> 1 & 1, flag >> 2 & 1]
    states = np.maximum(
        sum(inputs[place : place + count] @ weights.convolution[place] for place in range(3)) + weights.bias, 0.0
    )
    peaks, means = states.max(axis=0, initial=0.0), 0.5 * states.sum(axis=0) / np.sqrt(count + 1)
    opinions = []
    for branch, part in enumerate(np.split(np.arange(len(peaks)), len(weights.hidden))):
        layer = np.concatenate([peaks[part], means[part]]) @ weights.hidden[branch] + weights.hidden_bias[branch]
        logits = np.maximum(layer, 0.0) @ weights.out[branch] + weights.out_bias[branch]
        opinions.append(logits - np.logaddexp.reduce(logits))
    negative, neutral, positive = np.mean(opinions, axis=0)
    return float(negative - np.logaddexp(neutral, positive))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bad",
        "I do NOT like this sooooo much, never again :(",
        "the nurses were lovely, the parking is a joke!! #NorthsideTrust 😡 https://a.example",
        "qwzx unheardofword blorp",
    ],
)
def test_the_tables_say_what_the_plain_network_says(text, weights, tables):
    quick = float(log_odds(tokenise([encode(text)]), tables)[0])

    assert quick == pytest.approx(plain_log_odds(weights, text), abs=0.15)
