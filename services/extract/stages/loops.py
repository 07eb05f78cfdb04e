"""The network's loops in C (`loops.c`), where deploy/compile.py has made a library of them; `network` asks for them.

Called by ctypes: the library knows nothing of Python. What is given to it is checked here.
"""

import ctypes
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
BLOCK: Final = 32
"""The classes of the parser's last layer are a multiple of it; those of a normalised row, of half of it."""
WIDEST: Final = 512
FEATURES: Final = 8
"""Words that a state of the parser is described by."""


@cache
def loops() -> "Loops | None":
    """Return the loops, or None where they are not compiled."""
    path = Path(__file__).with_name(LIBRARY + EXTENSION_SUFFIXES[0])
    return Loops(path) if path.is_file() else None


class Loops:
    """The library at `path`. All arrays are contiguous."""

    def __init__(self, path: Path) -> None:
        library: Any = ctypes.CDLL(str(path))
        pointer, number = ctypes.c_void_p, ctypes.c_int
        self._add_layer = library.add_layer
        self._add_layer.argtypes = [pointer] * 5 + [ctypes.c_ssize_t, number, number]
        self._add_layer.restype = None
        self._transitions = library.transitions
        self._transitions.argtypes = [pointer] * 5 + [number] * 3 + [pointer, number, pointer, pointer]
        self._transitions.restype = number

    def add_layer(self, products: Floats, bias: Floats, gain: Floats, shift: Floats, into: Floats) -> None:
        """Add to each row of `into` the greatest of the pieces of `products`, with `bias`, normalised."""
        rows, width = into.shape
        pieces = products.shape[1] // width
        if width > WIDEST or width % (BLOCK // 2) or products.shape != (rows, pieces * width):
            raise ValueError(f"no layer of {products.shape} and {into.shape}")
        _check(products, bias, gain, shift, into)
        self._add_layer(_at(products), _at(bias), _at(gain), _at(shift), _at(into), rows, width, pieces)

    def transitions(
        self, features: Floats, bias: Floats, upper: Floats, upper_bias: Floats, kinds: bytes, lengths: list[int]
    ) -> tuple[list[int], list[int]]:
        """Return each word's head, counted in its sentence, and the transition that gave it; of a root, itself and -1.

        `features`: a row for each word, with `bias` as often as a state has words; the first is that of no word.
        `kinds`: of each transition 0 for shift, 1 reduce, 2 left, 3 right, 4 break. Raises MemoryError.
        """
        words, classes = sum(lengths), upper.shape[1]
        shapes = (words + 1, FEATURES * len(bias)), (len(bias) // 2, classes), (classes,)
        good = (features.shape, upper.shape, upper_bias.shape) == shapes and max(len(bias), classes) <= WIDEST
        if not good or classes % BLOCK or len(kinds) > classes or max(kinds) > 4:
            raise ValueError(f"no steps of {features.shape}, {upper.shape} and {len(kinds)} transitions")
        _check(features, bias, upper, upper_bias)
        counts = np.array(lengths, dtype=np.int32)
        found = np.empty((2, words), dtype=np.int32)
        layers = _at(features), _at(bias), _at(upper), _at(upper_bias), kinds
        failed = self._transitions(
            *layers, len(bias), classes, len(kinds), _at(counts), len(lengths), _at(found[0]), _at(found[1])
        )
        if failed:
            raise MemoryError("no memory for the parser's states")
        heads, transitions = found.tolist()
        return heads, transitions


def _check(*arrays: Floats) -> None:
    for array in arrays:
        if array.dtype != np.float32 or not array.flags.c_contiguous:
            raise ValueError("arrays are of float32, contiguous")


def _at(array: Any) -> int:
    """Return where the numbers of an array lie."""
    address: int = array.ctypes.data
    return address
