"""A text's shingles and the bands of their MinHash signature (pure): two copies share bands, whoever made them.

Shingles: Broder, "On the resemblance and containment of documents" (1997). One permutation, with empty bins borrowing
from the next filled one: Shrivastava and Li, "Densifying one permutation hashing" (2014).
"""

import re
import struct
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

SHINGLE_WORDS: Final = 4
"""Words of one shingle: long enough that two reports of one thing, each in its own words, share next to none."""
FEWEST_SHINGLES: Final = 12
"""A text of fewer says too little to tell a copy from a coincidence."""
MOST_WORDS: Final = 3000
"""Only so many words are looked at: a copy shows itself within them."""
LEAD_WORDS: Final = 80
"""The opening has bands of its own: a copy cut short shares little with the whole text and all with its opening."""
TEXT_BINS: Final = 64
LEAD_BINS: Final = 16
ROWS: Final = 2
"""Bins of one band. With 32 bands of two, copies that share 0.3 of their shingles are missed once in twenty."""

_WORD: Final = re.compile(r"[^\W_]+")
_MIX: Final = 0x9E3779B97F4A7C15
_MASK: Final = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What copies are found by. `shingles` are 32-bit hashes in the order of the text, each once; `bands` are signed
    64-bit hashes, all of them of the same meaning in every process."""

    shingles: tuple[int, ...]
    bands: tuple[int, ...]


def fingerprint(text: str) -> Fingerprint | None:
    """Return the fingerprint of `text`; None where it has fewer than FEWEST_SHINGLES shingles."""
    words = [m.group().casefold() for m, _ in zip(_WORD.finditer(text), range(MOST_WORDS), strict=False)]
    found = shingles(words)
    if len(found) < FEWEST_SHINGLES:
        return None
    lead = found[:LEAD_WORDS]
    bands = [*_bands(found, TEXT_BINS, 0), *_bands(lead, LEAD_BINS, 1)]
    return Fingerprint(tuple(found), tuple(dict.fromkeys(bands)))


def shingles(words: list[str]) -> list[int]:
    """Return the hashes of every run of SHINGLE_WORDS words, each once, in order."""
    runs = (" ".join(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1))
    return list(dict.fromkeys(_hash32(run) for run in runs))


def pack(values: tuple[int, ...]) -> bytes:
    """Shingles as bytes, four each, little-endian."""
    return struct.pack(f"<{len(values)}I", *values)


def unpack(data: bytes) -> tuple[int, ...]:
    """What `pack` packed."""
    return struct.unpack(f"<{len(data) // 4}I", data)


def _hash32(run: str) -> int:
    return int.from_bytes(blake2b(run.encode("utf-8", "replace"), digest_size=4).digest(), "little")


def _bands(found: list[int], bins: int, salt: int) -> list[int]:
    """Hash each ROWS neighbouring bins of the signature into one band, which knows its own number."""
    least: list[int | None] = [None] * bins
    for shingle in found:
        mixed = ((shingle + 1) * _MIX & _MASK) >> 16
        at, value = mixed % bins, mixed // bins
        held = least[at]
        if held is None or value < held:
            least[at] = value
    filled = [_borrowed(least, at) for at in range(bins)]
    bands = []
    for number in range(bins // ROWS):
        rows = filled[number * ROWS : (number + 1) * ROWS]
        key = b"%d:%d:" % (salt, number) + b",".join(b"%d" % row for row in rows)
        bands.append(int.from_bytes(blake2b(key, digest_size=8).digest(), "little", signed=True))
    return bands


def _borrowed(least: list[int | None], at: int) -> int:
    """The value of bin `at` or, where it is empty, of the next filled one, marked by the distance."""
    for step in range(len(least)):
        value = least[(at + step) % len(least)]
        if value is not None:
            return (value + step * _MIX) & _MASK
    raise ValueError("no shingles at all")
