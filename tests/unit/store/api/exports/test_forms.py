"""Which form a request asks for."""

import pytest

from services.store.api.exports.forms import ACLED, CSV, GEOJSON, JSON, NDJSON, PARQUET, Form, negotiate

OFFERED = (JSON, NDJSON, CSV, PARQUET, GEOJSON, ACLED)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        ("text/csv", CSV),
        ("TEXT/CSV; header=present", CSV),
        ("application/json, text/csv", JSON),
        ("application/json;q=0.5, text/csv;q=0.6", CSV),
        ("application/json;q=0, */*;q=0.1", NDJSON),
        ("application/jsonl", NDJSON),
        ("application/geo+json, application/json;q=0.9", GEOJSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("nonsense", None),
        ("application/json;q=high", None),
        ("a/b/c, text/csv;q=7, application/vnd.apache.parquet", PARQUET),
    ],
)
def test_the_best_liked_form_is_chosen(accept: str | None, expected: Form | None) -> None:
    assert negotiate(accept, OFFERED) == expected
