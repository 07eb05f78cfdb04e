"""The network's loops in C (`loops.c`), where deploy/compile.py has made a library of them; `network` asks for them.

Called by ctypes: the library knows nothing of Python. What is given to it is checked here.
"""

import ctypes
import struct
from array import array
from collections.abc import Sequence
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]

LIBRARY: Final = "_loops"
"""The name of the library without the ending that this Python gives to extensions."""
LANES: Final = 16
PIECES: Final = 3
"""Of a layer of the encoder."""
PANEL: Final = PIECES * LANES
"""Columns of weights that are read together."""
BLOCK: Final = 4 * LANES
"""The classes of the parser's last layer are a multiple of it; the width of the encoder is one of LANES."""
WIDEST: Final = 512
FEATURES: Final = 8
"""Words that a state of the parser is described by."""

Pair = tuple[Floats, Floats]
"""Weights, inputs by outputs, and the bias."""


_AFFINE: Final = "PPii"
_LAYER: Final = f"{_AFFINE}PP"
_ENCODER: Final = "Pii"
_STEPS: Final = "PPPPiiii"
_NETWORK: Final = f"{_ENCODER}{3 * _AFFINE}P{_STEPS}ixxxx"
"""The structures of the library, as `struct` writes them: pointers and numbers. Numbers stand in pairs, so that every
structure ends where the next may begin."""


@cache
def loops() -> "Library | None":
    """Return the library, or None where it is not compiled."""
    path = Path(__file__).with_name(LIBRARY + EXTENSION_SUFFIXES[0])
    return Library(path) if path.is_file() else None


class Library:
    """The functions of the library at `path`."""

    def __init__(self, path: Path) -> None:
        library: Any = ctypes.CDLL(str(path))
        pointer, number = ctypes.c_void_p, ctypes.c_int
        self.multiply = library.multiply
        self.multiply.argtypes = [pointer] * 3 + [ctypes.c_ssize_t]
        self.multiply.restype = None
        self.room_for = library.room_for
        self.room_for.argtypes = [pointer, pointer, number]
        self.room_for.restype = ctypes.c_size_t
        self.read_words = library.read_words
        self.read_words.argtypes = [pointer] * 3 + [number, pointer, pointer, number] + [pointer] * 4
        self.read_words.restype = number


class Weights:
    """The layers of one model as they are given to the network.

    `encoder`: of each layer weights and bias, with the pieces of an output side by side in blocks of `width` outputs,
    and what its normalised row is multiplied by and what is added. `reduce` and `lower` make of a word's row what it
    adds to the parser's hidden layer at each of FEATURES places, `none` is the same for no word. `upper` are the
    parser's last weights, and `kinds` of each transition 0 for shift, 1 reduce, 2 left, 3 right, 4 break.
    """

    def __init__(
        self,
        encoder: Sequence[tuple[Pair, Floats, Floats]],
        tagger: Pair,
        reduce: Pair,
        lower: tuple[Floats, Floats],
        none: Floats,
        upper: Pair,
        kinds: bytes,
    ) -> None:
        self.encoder, self.tagger, self.reduce = encoder, tagger, reduce
        self.lower, self.hidden_bias = lower
        self.none, self.upper, self.kinds = none, upper, kinds


class Loops:
    """The network of `weights` in `library`."""

    def __init__(self, library: Library, weights: Weights) -> None:
        self._library = library
        self._kept: list[Any] = []
        """What the library's structures point at."""
        (first, _), gain, _ = weights.encoder[0]
        self.width: Final = len(gain)
        pieces = first.shape[1] // self.width
        good = pieces == PIECES and self.width <= WIDEST and not self.width % LANES
        good = good and all(pair[0].shape == (3 * self.width, PIECES * self.width) for pair, _, _ in weights.encoder)
        if not good:
            raise ValueError(f"no encoder of {first.shape} and {self.width}")
        layers = bytearray()
        for (matrix, bias), gain, shift in weights.encoder:
            maxout = self._affine(_side_by_side(matrix, self.width), _side_by_side(bias, self.width))
            layers += maxout + struct.pack("PP", self._keep(gain), self._keep(shift))
        around = _side_by_side(first, self.width).reshape(3, self.width, -1)
        self._wide = 3 * PIECES * self.width
        self._around = self._stored(self._affine(np.concatenate(list(around), axis=1), np.zeros(self._wide)))
        step = len(weights.none) + -len(weights.none) % PANEL
        steps = self._steps_of(weights)
        tags, reduced = weights.tagger[0].shape[1], weights.reduce[0].shape[1]
        if max(tags, reduced) + PANEL > WIDEST or reduced != len(weights.lower):
            raise ValueError(f"no tagger of {tags} tags, no parser of {reduced} inputs")
        network = struct.pack(_ENCODER, self._stored(bytes(layers)), len(weights.encoder), self.width)
        network += self._affine(*weights.tagger) + self._affine(*weights.reduce)
        network += self._affine(weights.lower, np.zeros(weights.lower.shape[1]))
        network += struct.pack("P", self._keep(np.pad(weights.none, (0, step - len(weights.none)))))
        network += steps + struct.pack("i", step) + struct.pack("ixxxx", tags)
        self._network = self._stored(network)
        # What the library is given stands here: compiled code lets go of a local name that is not asked for again.
        self._room, self._numbers = array("f"), array("i")
        self._words: tuple[Any, Any] = None, None
        self._at = 0, 0
        """Where the numbers of `_words` lie, which are vectors and products of words: NumPy takes long to tell."""

    def _keep(self, numbers: Floats) -> int:
        """Return where contiguous float32 numbers lie, which are kept as long as this is."""
        kept = np.ascontiguousarray(numbers, dtype=np.float32)
        self._kept.append(kept)
        return address(kept)

    def _stored(self, structure: bytes) -> int:
        """Return where the bytes of a structure lie, which are kept as long as this is."""
        kept = ctypes.create_string_buffer(structure, len(structure))
        self._kept.append(kept)
        return ctypes.addressof(kept)

    def _affine(self, weights: Floats, bias: Any) -> bytes:
        inputs, outputs = weights.shape
        extra = -outputs % PANEL
        panels = np.pad(weights, ((0, 0), (0, extra))).reshape(inputs, -1, PANEL).transpose(1, 0, 2)
        return struct.pack(_AFFINE, self._keep(panels), self._keep(np.pad(bias, (0, extra))), inputs, outputs + extra)

    def _steps_of(self, weights: Weights) -> bytes:
        """Return the parser's last layers, but for how far apart rows are."""
        upper, bias = weights.upper
        units, actions = upper.shape
        hidden, extra = len(weights.hidden_bias), -actions % BLOCK
        good = 2 * units == hidden and max(hidden, actions + extra) <= WIDEST and actions == len(weights.kinds)
        if not good or max(weights.kinds) > 4 or weights.lower.shape[1] != FEATURES * hidden:
            raise ValueError(f"no steps of {weights.lower.shape}, {upper.shape} and {len(weights.kinds)} transitions")
        upper, bias = np.pad(upper, ((0, 0), (0, extra))), np.pad(bias, (0, extra), constant_values=-np.inf)
        layers = self._keep(weights.hidden_bias), self._keep(upper), self._keep(bias), self._stored(weights.kinds)
        return struct.pack(_STEPS[:-1], *layers, hidden, actions + extra, actions)

    def products(self, vectors: Floats) -> Floats:
        """Return what the first layer's weights make of each row of `vectors`, before, at and after a word."""
        _check(vectors, self.width)
        found = np.empty((len(vectors), self._wide), dtype=np.float32)
        self._library.multiply(address(vectors), self._around, address(found), len(vectors))
        return found

    def read(
        self, vectors: Floats, products: Floats, rows: list[int], lengths: list[int]
    ) -> tuple[list[int], list[int], list[int]]:
        """Return each word's tag, its head, counted in its sentence, and the transition that gave it; of a root, itself
        and -1.

        `rows`: of each word the number of its row in `vectors` and `products`, sentence by sentence, which have these
        `lengths`, at least 1.
        """
        if vectors is not self._words[0] or products is not self._words[1]:
            _check(vectors, self.width)
            _check(products, self._wide)
            self._words, self._at = (vectors, products), (address(vectors), address(products))
        words, known = len(rows), min(len(vectors), len(products))
        if sum(lengths) != words or min(lengths) < 1:
            raise ValueError(f"no words in sentences of {lengths}: {words}")
        count, each = len(lengths), 4 * words
        self._numbers = numbers = array("i", rows + lengths)
        numbers.frombytes(bytes(3 * each))
        given = numbers.buffer_info()[0]
        counts, found = given + each, given + each + 4 * count
        needed = self._library.room_for(self._network, counts, count)
        if needed > 4 * len(self._room):
            self._room = array("f", bytes(needed + needed // 2 + 4 & ~3))
        failed = self._library.read_words(
            self._network, *self._at, known, given, counts, count,
            self._room.buffer_info()[0], found, found + each, found + 2 * each,
        )  # fmt: skip
        if failed:
            raise ValueError(f"no words of {known} rows: {rows}")
        told: list[int] = numbers[words + count :].tolist()
        return told[:words], told[words : 2 * words], told[2 * words :]


def _side_by_side(blocks: Floats, width: int) -> Floats:
    """Return columns in blocks of `width` so that LANES of each block stand beside the same of the others."""
    rows = blocks.reshape(-1, PIECES, width // LANES, LANES)
    return np.ascontiguousarray(rows.transpose(0, 2, 1, 3).reshape(*blocks.shape))


def _check(rows: Floats, width: int) -> None:
    if rows.ndim != 2 or rows.shape[1] != width or rows.dtype != np.float32 or not rows.flags.c_contiguous:
        raise ValueError(f"rows are {width} wide, of float32, contiguous; these are {rows.shape}")


def address(array: Any) -> int:
    """Return where the numbers of an array lie."""
    found: int = array.ctypes.data
    return found
