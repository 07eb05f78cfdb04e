"""Fingerprints: the same in every process, alike for copies, nothing in common for others."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from services.store.families.shingles import FEWEST_SHINGLES, fingerprint, pack, shingles, unpack

TEXT = (
    "Engineers began on Monday to clear the canal that feeds the reservoir above the town, where a collapsed sluice "
    "had held back the water since spring. Farmers downstream said that they would sow again in autumn."
)


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    code = f"from services.store.families.shingles import fingerprint; print(fingerprint({TEXT!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(fingerprint(TEXT))


def test_case_marks_and_line_breaks_make_no_difference() -> None:
    assert fingerprint(TEXT.upper().replace(" ", " \n- ")) == fingerprint(TEXT)


def test_a_text_that_says_too_little_has_none() -> None:
    words = TEXT.split()
    fewest = FEWEST_SHINGLES + 3
    assert fingerprint(" ".join(words[: fewest - 1])) is None
    assert fingerprint(" ".join(words[:fewest])) is not None
    assert fingerprint("") is None
    assert fingerprint("same " * 1000) is None


def test_bands_fit_a_signed_column_of_64_bits() -> None:
    found = fingerprint(TEXT)
    assert found is not None
    assert all(-(2**63) <= band < 2**63 for band in found.bands)
    assert all(0 <= one < 2**32 for one in found.shingles)


def test_a_repeated_run_counts_once() -> None:
    assert len(shingles(["a", "b", "c", "d"] * 5)) == 4


@given(st.text(max_size=400))
def test_any_text_has_a_fingerprint_or_none(text: str) -> None:
    found = fingerprint(text)
    assert found is None or len(found.shingles) >= FEWEST_SHINGLES


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_shingles_come_out_as_they_went_in(values: list[int]) -> None:
    assert unpack(pack(tuple(values))) == tuple(values)
