"""A text's shingles and the bands of their MinHash signature (pure): two copies share bands, whoever made them.

Shingles: Broder, "On the resemblance and containment of documents" (1997). One permutation, with empty bins borrowing
from the next filled one: Shrivastava and Li, "Densifying one permutation hashing" (2014).
"""

import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SHINGLE_WORDS: Final = 4
"""Words of one shingle: long enough that two reports of one thing, each in its own words, share next to none."""
FEWEST_SHINGLES: Final = 12
"""A text of fewer says too little to tell a copy from a coincidence."""
MOST_CHARACTERS: Final = 20_000
"""Only so much of a text is looked at: a copy shows itself within it."""
LEAD_WORDS: Final = 80
"""The opening has bands of its own: a copy cut short shares little with the whole text and all with its opening."""
TEXT_BINS: Final = 64
LEAD_BINS: Final = 16
ROWS: Final = 2
"""Bins of one band. With 32 bands of two, copies that share 0.3 of their shingles are missed once in twenty."""

_WORD: Final = re.compile(r"[^\W_]+")
_MIX: Final = 0x9E3779B97F4A7C15
_P: Final = 0xD6E8FEB86659FD93
_MASK: Final = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What copies are found by. `shingles` are 32-bit hashes in the order of the text, each once; `bands` are signed
    64-bit hashes, all of them of the same meaning in every process."""

    shingles: tuple[int, ...]
    bands: tuple[int, ...]


def fingerprint(text: str) -> Fingerprint | None:
    """Return the fingerprint of `text`; None where it has fewer than FEWEST_SHINGLES shingles."""
    found = shingles(_WORD.findall(text[:MOST_CHARACTERS].casefold()))
    if len(found) < FEWEST_SHINGLES:
        return None
    return Fingerprint(tuple(found), bands(found))


def bands(found: Sequence[int]) -> tuple[int, ...]:
    """The bands of a text with the shingles `found`, in order: those of the whole text and of its opening."""
    return tuple(dict.fromkeys([*_bands(found, TEXT_BINS, 0), *_bands(found[:LEAD_WORDS], LEAD_BINS, 1)]))


def shingles(words: list[str]) -> list[int]:
    """Return the hashes of every run of SHINGLE_WORDS words, each once, in order."""
    codes = [zlib.crc32(word.encode("utf-8", "replace")) for word in words]
    runs = codes
    for ahead in range(1, SHINGLE_WORDS):
        runs = [run * _P + code for run, code in zip(runs, codes[ahead:], strict=False)]
    return list(dict.fromkeys((run * _MIX & _MASK) >> 32 for run in runs))


def pack(values: tuple[int, ...]) -> bytes:
    """Shingles as bytes, four each, little-endian."""
    return struct.pack(f"<{len(values)}I", *values)


def unpack(data: bytes) -> tuple[int, ...]:
    """What `pack` packed."""
    return struct.unpack(f"<{len(data) // 4}I", data)


def _bands(found: Sequence[int], bins: int, salt: int) -> list[int]:
    """Hash each ROWS neighbouring bins of the signature into one band, which knows its own number."""
    least: list[int | None] = [None] * bins
    # From the greatest down: what stays in a bin is its least.
    for mixed in sorted([(shingle * _P & _MASK) >> 8 for shingle in found], reverse=True):
        least[mixed % bins] = mixed
    filled = [_borrowed(least, at) for at in range(bins)]
    return [_band(filled[at : at + ROWS], at + (salt << 16)) for at in range(0, bins, ROWS)]


def _band(rows: list[int], number: int) -> int:
    """Mix the values of a band's bins and its number into a signed 64-bit hash."""
    mixed = number + 1
    for row in rows:
        mixed = (mixed ^ row) * _MIX & _MASK
        mixed ^= mixed >> 29
    return mixed - 2**64 if mixed >= 2**63 else mixed


def _borrowed(least: list[int | None], at: int) -> int:
    """The value of bin `at` or, where it is empty, of the next filled one, marked by the distance."""
    for step in range(len(least)):
        value = least[(at + step) % len(least)]
        if value is not None:
            return (value + step * _MIX) & _MASK
    raise ValueError("no shingles at all")
