"""The model's network in NumPy: what its encoder, tagger and parser compute, with less work around the arithmetic.

Called by `reader` for the sentences of one article or of several. The layers, weights and transitions are the model's
own; the numbers differ from its own by rounding alone (the tests hold the answers to the model's). They do not depend
on which sentences are computed together, so that an article is read alike alone and among others.

What is saved: the model's layers keep what training would need, and its loop over transitions asks for Python's lock
for each row that it adds. Where `loops` are compiled, they take the steps that NumPy needs many passes or calls for.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.lib.stride_tricks import as_strided

from services.extract.stages.loops import Floats, Library, Loops, Weights

_EPSILON: Final = np.float32(1e-8)
_FEWEST: Final = 8
"""Rows of one multiplication: fewer take another way through the arithmetic library, which rounds otherwise."""
_MOST: Final = 400
"""Words that are computed together, or one sentence: what is made of them still fits a processor's cache."""
_KINDS: Final = "SDLRB"
"""The first letters of the parser's transitions: shift, reduce (D), left, right, break."""

Read = tuple[list[int], list[int], list[int]]
"""Numbers of tags and of labels of words, and their heads, in their order; the words of each sentence are counted
from 0."""


class Sentence(Protocol):
    """A sentence that can be had as spaCy has it, for what only spaCy does."""

    def doc(self) -> Any: ...


class Network:
    """Weights of one loaded model. `nlp` has the pipes tok2vec, tagger and parser.

    `tags` and `labels` are the names of the tags and of the dependencies.
    """

    def __init__(self, nlp: Any, library: Library | None) -> None:
        _, encode = nlp.get_pipe("tok2vec").model.layers
        self._gap: int = encode.attrs["pad"]
        self._room, products = _Room(), _Room()
        self._layers = [_Layer(residual.layers[0], products) for residual in encode.layers[0].layers]
        self._width: int = encode.get_dim("nO")
        tagger = nlp.get_pipe("tagger")
        self._tagger = _affine(tagger.model.layers[-1].layers[0])
        self.tags: Final = [sys.intern(tag) for tag in tagger.labels]
        self._parser = _Parser(nlp.get_pipe("parser"))
        self.labels: Final[list[str]] = self._parser.labels
        self._loops = None if library is None else Loops(library, self._weights())

    def _weights(self) -> Weights:
        parser = self._parser
        encoder = [(layer.weights, layer.gain, layer.shift) for layer in self._layers]
        lower = parser.lower, parser.bias
        return Weights(encoder, self._tagger, parser.reduce, lower, parser.pad, parser.upper, parser.kinds)

    def products(self, vectors: Floats) -> Floats:
        """Return what the first layer makes of words alone, as `read` asks for it: nothing, where that is not in C."""
        return np.empty((len(vectors), 0), dtype=np.float32) if self._loops is None else self._loops.products(vectors)

    def read(
        self, rows: list[int], vectors: Floats, products: Floats, lengths: list[int], sentences: Sequence[Sentence]
    ) -> Read:
        """Return what is read of words: `rows` are their numbers in `vectors` and `products`, sentence by sentence.

        `lengths` are those of the `sentences`, none of them empty.
        """
        tags: list[int] = []
        deps: list[int] = []
        heads: list[int] = []
        start = first = last = 0
        for number in range(len(lengths) + 1):
            over = number == len(lengths)
            if over or (last > first and last - first + lengths[number] > _MOST):
                words, some = rows[first:last], lengths[start:number]
                if self._loops is not None:
                    some_tags, some_heads, taken = self._loops.read(vectors, products, words, some)
                    some_deps, some_heads = self._parser.told(taken, some_heads, some, sentences[start:number])
                else:
                    encoded = self._encoded(vectors[words], some)
                    weights, bias = self._tagger
                    some_tags = (_product(encoded, weights) + bias).argmax(axis=1).tolist()
                    some_deps, some_heads = self._parser.read(encoded, sentences[start:number])
                tags += some_tags
                deps += some_deps
                heads += some_heads
                start, first = number, last
            if not over:
                last += lengths[number]
        return tags, deps, heads

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
        copied = self._room.of(len(inner), 3 * width)  # one product of a copy is quicker than three of shifted rows
        for layer in self._layers:
            np.copyto(copied, windows)
            layer.add(copied, inner)
        found: Floats = inner[rows]
        return found


class _Room:
    """Memory for one product after the other: what is asked for anew each time, the system has to clear each time."""

    def __init__(self) -> None:
        self._numbers: Floats = np.empty(0, dtype=np.float32)

    def of(self, rows: int, width: int) -> Floats:
        """Return rows with anything in them, until the next are asked for."""
        needed = rows * width
        if needed > len(self._numbers):
            self._numbers = np.empty(needed, dtype=np.float32)
        return self._numbers[:needed].reshape(rows, width)

    def product(self, rows: Floats, weights: Floats) -> Floats:
        """Return `rows` times `weights`, until the next."""
        found: Floats = np.matmul(rows, weights, out=self.of(len(rows), weights.shape[1]))
        return found


class _Layer:
    """Maxout over a window of three words, then layer normalisation."""

    def __init__(self, model: Any, room: _Room) -> None:
        maxout, norm = model.layers[1].layers[0].layers
        self._pieces, weights, bias = _by_piece(maxout.get_param("W"), maxout.get_param("b"))
        self.weights = weights, bias
        self.gain, self.shift = norm.get_param("G"), norm.get_param("b")
        self._room = room

    def add(self, windows: Floats, into: Floats) -> None:
        """Add a row for each window to `into`."""
        weights, bias = self.weights
        every = self._room.product(windows, weights)
        every += bias
        best = _most(every, self._pieces)
        share = np.float32(1 / best.shape[1])
        best -= (np.einsum("ij->i", best) * share)[:, None]
        spread = np.einsum("ij,ij->i", best, best) * share + _EPSILON
        best *= (1 / np.sqrt(spread))[:, None]
        best *= self.gain
        best += self.shift
        into += best


class _Parser:
    """The parser's transitions: in each step, every sentence that is not done takes its best valid one."""

    def __init__(self, pipe: Any) -> None:
        from spacy.ml.parser_model import ParserStepModel

        self._pipe = pipe
        self._token_ids = ParserStepModel.get_token_ids
        tok2vec, lower, upper = pipe.model.layers
        self.reduce = _affine(tok2vec.layers[-1])
        weights = lower.get_param("W")  # feature, unit, piece, input
        self._pieces: int = weights.shape[2]
        self.nF: int = weights.shape[0]
        self.lower = np.ascontiguousarray(weights.transpose(3, 0, 2, 1).reshape(weights.shape[3], -1))
        self.bias = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        self.pad = lower.get_param("pad")[0].transpose(0, 2, 1).reshape(-1)
        self.upper = _affine(upper)
        self._offsets = np.arange(self.nF, dtype=np.intp) + self.nF
        self.state2vec = self
        """What the model asks for the number of its features."""
        self._room = _Room()
        names = [pipe.moves.get_class_name(number) for number in range(pipe.moves.n_moves)]
        self.kinds = bytes(_KINDS.index(name[0]) for name in names)
        given = [name.partition("-")[2] for name in names]
        given.append("ROOT")  # where no transition gave a head
        labels = {part for label in given for part in (label, label.partition("||")[0])}
        self.labels = [sys.intern(label) for label in sorted(labels)]
        self._number = {label: number for number, label in enumerate(self.labels)}
        self._given = [self._number[label] for label in given]
        """The label's number of each transition; the last is that of none."""
        self._lifted = frozenset(number for number, label in enumerate(given) if "||" in label)

    def read(self, encoded: Floats, sentences: Sequence[Sentence]) -> tuple[list[int], list[int]]:
        """Return labels and heads of words, the rows of `encoded`."""
        reduce, reduce_bias = self.reduce
        features = self._room.of(len(encoded) + 1, len(self.pad))
        features[0] = self.pad
        np.matmul(_product(encoded, reduce) + reduce_bias, self.lower, out=features[1:])
        own = [sentence.doc() for sentence in sentences]
        self._pipe.set_annotations(own, self._states(own, features))
        found = [self._annotated(doc) for doc in own]
        return [dep for deps, _ in found for dep in deps], [head for _, heads in found for head in heads]

    def told(
        self, taken: list[int], heads: list[int], lengths: list[int], sentences: Sequence[Sentence]
    ) -> tuple[list[int], list[int]]:
        """Return labels and heads of words by the transitions that gave them."""
        given = self._given
        deps = [given[transition] for transition in taken]
        if not self._lifted.isdisjoint(taken):
            at = 0
            for sentence, length in zip(sentences, lengths, strict=True):
                own = slice(at, at + length)
                if not self._lifted.isdisjoint(taken[own]):
                    deps[own], heads[own] = self._lowered(sentence.doc(), deps[own], heads[own])
                at += length
        return deps, heads

    def _lowered(self, doc: Any, deps: list[int], heads: list[int]) -> tuple[list[int], list[int]]:
        """Return labels and heads with what the parser could only hang too high put where its label says."""
        from spacy.attrs import DEP, HEAD
        from spacy.pipeline._parser_internals.nonproj import deprojectivize

        steps = np.array([head - i for i, head in enumerate(heads)], dtype=np.int64).astype(np.uint64)
        labels = np.array([doc.vocab.strings[self.labels[dep]] for dep in deps], dtype=np.uint64)
        doc.from_array([HEAD, DEP], np.stack((steps, labels), axis=1))
        deprojectivize(doc)
        return self._annotated(doc)

    def _annotated(self, doc: Any) -> tuple[list[int], list[int]]:
        """Return labels and heads of a parsed Doc."""
        from spacy.attrs import DEP, HEAD

        deps, steps = doc.to_array([DEP, HEAD]).T
        heads = [i + step for i, step in enumerate(steps.astype(np.int64).tolist())]
        return [self._number[doc.vocab.strings[dep]] for dep in deps.tolist()], heads

    def _states(self, docs: Sequence[Any], features: Floats) -> list[Any]:
        """Return the parser's states of `docs` after the last transition."""
        parts = features.reshape(-1, len(self.bias))  # a row for each word and feature
        upper, upper_bias = self.upper
        states: list[Any] = self._pipe.moves.init_batch(docs)
        active = [state for state in states if not state.is_final()]
        width = len(self.bias) // self._pieces
        hidden = np.zeros((max(_FEWEST, len(active)), width), dtype=np.float32)
        while active:
            ids = self._token_ids(self, active)
            # `clip`: with the check of each number, `take` goes through a copy.
            sums = np.add.reduce(parts.take(ids * self.nF + self._offsets, axis=0, mode="clip"), axis=1)
            sums += self.bias
            count = len(active)
            _most(sums, self._pieces, hidden[:count])
            scores = (hidden[: max(count, _FEWEST)] @ upper)[:count]
            scores += upper_bias
            active = self._pipe.transition_states(active, scores)
        return states


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
