"""The model's network in NumPy: what its encoder, tagger and parser compute, with less work around the arithmetic.

Called by `model` for the sentences of one article or of several. The layers, weights and transitions are the model's
own; the numbers differ from its own by rounding alone (the tests hold the answers to the model's). They do not depend
on which sentences are computed together, so that an article is read alike alone and among others.

What is saved: the model's layers keep what training would need, and its loop over transitions asks for Python's lock
for each row that it adds.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_EPSILON: Final = np.float32(1e-8)
_FEWEST: Final = 8
"""Rows of one multiplication: fewer take another way through the arithmetic library, which rounds otherwise."""


class Network:
    """Weights of one loaded model, laid out for NumPy. `nlp` has the pipes tok2vec, tagger and parser."""

    def __init__(self, nlp: Any) -> None:
        _, encode = nlp.get_pipe("tok2vec").model.layers
        self._gap: int = encode.attrs["pad"]
        self._layers = [_Layer(residual.layers[0]) for residual in encode.layers[0].layers]
        self._width: int = encode.get_dim("nO")
        tagger = nlp.get_pipe("tagger")
        self._tagger = _affine(tagger.model.layers[-1].layers[0])
        self._tags = list(tagger.labels)
        self._parser = _Parser(nlp.get_pipe("parser"))

    def read(self, docs: Sequence[Any], vectors: Floats) -> list[str]:
        """Set heads and dependencies of `docs`, and return the tags of all their words; `vectors` has a row for each
        word."""
        encoded = self._encoded(vectors, [len(doc) for doc in docs])
        weights, bias = self._tagger
        best = (_product(encoded, weights) + bias).argmax(axis=1).tolist()
        self._parser.read(docs, encoded)
        return [self._tags[tag] for tag in best]

    def _encoded(self, vectors: Floats, lengths: list[int]) -> Floats:
        """Return the rows of all sentences in context; as in the model, empty rows keep the sentences apart."""
        gap, width = self._gap, self._width
        gaps = np.arange(gap, gap * len(lengths) + 1, gap)  # how many empty rows stand before each sentence
        rows = np.arange(len(vectors)) + np.repeat(gaps, lengths)
        # One more empty row at each end is for the window.
        whole = np.zeros((len(vectors) + gap * (len(lengths) + 1) + 2, width), dtype=np.float32)
        inner = whole[1:-1]
        inner[rows] = vectors
        windows = as_strided(whole, (len(inner), 3 * width), whole.strides)
        for layer in self._layers:
            inner += layer.of(np.ascontiguousarray(windows))
        found: Floats = inner[rows]
        return found


class _Layer:
    """Maxout over a window of three words, then layer normalisation."""

    def __init__(self, model: Any) -> None:
        maxout, norm = model.layers[1].layers[0].layers
        self._pieces, self._weights, self._bias = _by_piece(maxout.get_param("W"), maxout.get_param("b"))
        self._gain, self._shift = norm.get_param("G"), norm.get_param("b")

    def of(self, windows: Floats) -> Floats:
        """Return a row for each window."""
        every = windows @ self._weights
        every += self._bias
        best = _most(every, self._pieces)
        share = np.float32(1 / best.shape[1])
        best -= (np.einsum("ij->i", best) * share)[:, None]
        spread = np.einsum("ij,ij->i", best, best) * share + _EPSILON
        best *= (1 / np.sqrt(spread))[:, None]
        best *= self._gain
        best += self._shift
        return best


class _Parser:
    """The parser's transitions: in each step, every sentence that is not done takes its best valid one."""

    def __init__(self, pipe: Any) -> None:
        from spacy.ml.parser_model import ParserStepModel

        self._pipe = pipe
        self._token_ids = ParserStepModel.get_token_ids
        tok2vec, lower, upper = pipe.model.layers
        self._reduce = _affine(tok2vec.layers[-1])
        weights = lower.get_param("W")  # feature, unit, piece, input
        self._pieces: int = weights.shape[2]
        self.nF: int = weights.shape[0]
        self._lower = np.ascontiguousarray(weights.transpose(3, 0, 2, 1).reshape(weights.shape[3], -1))
        self._bias = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        self._pad = lower.get_param("pad")[0].transpose(0, 2, 1).reshape(-1)
        self._upper = _affine(upper)
        self._offsets = np.arange(self.nF, dtype=np.intp) + self.nF
        self.state2vec = self
        """What the model asks for the number of its features."""

    def read(self, docs: Sequence[Any], encoded: Floats) -> None:
        """Set heads and dependencies of `docs`, whose words are the rows of `encoded`."""
        reduce, reduce_bias = self._reduce
        features = np.empty((len(encoded) + 1, len(self._pad)), dtype=np.float32)
        features[0] = self._pad
        np.matmul(_product(encoded, reduce) + reduce_bias, self._lower, out=features[1:])
        parts = features.reshape(-1, len(self._bias))  # a row for each word and feature
        upper, upper_bias = self._upper
        states = self._pipe.moves.init_batch(docs)
        active = [state for state in states if not state.is_final()]
        width = len(self._bias) // self._pieces
        hidden = np.zeros((max(_FEWEST, len(active)), width), dtype=np.float32)
        while active:
            ids = self._token_ids(self, active)
            # `clip`: with the check of each number, `take` goes through a copy.
            sums = np.add.reduce(parts.take(ids * self.nF + self._offsets, axis=0, mode="clip"), axis=1)
            sums += self._bias
            count = len(active)
            _most(sums, self._pieces, hidden[:count])
            scores = (hidden[: max(count, _FEWEST)] @ upper)[:count]
            scores += upper_bias
            active = self._pipe.transition_states(active, scores)
        self._pipe.set_annotations(docs, states)


def _affine(layer: Any) -> tuple[Floats, Floats]:
    """Return a layer's weights, from input to output, and its bias."""
    return np.ascontiguousarray(layer.get_param("W").T), layer.get_param("b")


def _by_piece(weights: Any, bias: Any) -> tuple[int, Floats, Floats]:
    """Return the number of pieces of a maxout, its weights and its bias, with each piece's outputs side by side."""
    outputs, pieces, inputs = weights.shape
    laid_out = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inputs, pieces * outputs))
    return pieces, laid_out, np.ascontiguousarray(bias.T.reshape(-1))


def _most(rows: Floats, pieces: int, best: Floats | None = None) -> Floats:
    """Return for each output the greatest of its pieces; in `best`, where it is given."""
    width = rows.shape[1] // pieces
    best = np.maximum(rows[:, :width], rows[:, width : 2 * width], out=best)
    for piece in range(2, pieces):
        np.maximum(best, rows[:, piece * width : (piece + 1) * width], out=best)
    return best


def _product(rows: Floats, weights: Floats) -> Floats:
    if len(rows) >= _FEWEST:
        found: Floats = rows @ weights
        return found
    padded = np.zeros((_FEWEST, rows.shape[1]), dtype=np.float32)
    padded[: len(rows)] = rows
    return np.ascontiguousarray((padded @ weights)[: len(rows)])
