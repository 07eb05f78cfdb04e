"""Independent reports: by publisher and by family of copies."""

import pytest

from services.store.control.voices import voices


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([], 0),
        ([("Herald", "one")], 1),
        ([("Herald", "one"), ("Herald", "two")], 1),
        ([("Herald", "one"), ("Courier", "one")], 1),
        ([("Herald", "one"), ("Courier", "two")], 2),
        ([("Herald", "one"), ("Herald", "two"), ("Courier", "two"), ("Gazette", "three")], 2),
        ([("same name", "same name"), ("other", "other")], 2),
    ],
)
def test_what_shares_a_publisher_or_is_a_copy_counts_once(reports: list[tuple[str, str]], expected: int) -> None:
    assert voices(reports) == expected
    assert voices(reversed(reports)) == expected
