"""The forms that a list can be had in, and which of them a request asks for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Form:
    """`name` is the extension of the address, too. `also` are media types that mean the same."""

    name: str
    media_type: str
    what: str
    also: tuple[str, ...] = ()
    by_type: bool = True
    """Whether `Accept` can ask for it; else the extension alone does."""


JSON: Final = Form("json", "application/json", "pages of JSON")
NDJSON: Final = Form(
    "ndjson",
    "application/x-ndjson",
    "one JSON object a line, as in the pages",
    ("application/ndjson", "application/jsonl", "application/x-jsonlines"),
)
CSV: Final = Form("csv", "text/csv", "a table, RFC 4180, UTF-8")
GEOJSON: Final = Form("geojson", "application/geo+json", "points with the table's columns, RFC 7946")
PARQUET: Final = Form(
    "parquet", "application/vnd.apache.parquet", "the table with its types, for dataframes", ("application/x-parquet",)
)
ACLED: Final = Form("acled.csv", "text/csv", "the columns and codes of ACLED", by_type=False)
PLOVER: Final = Form("plover.csv", "text/csv", "the codes of PLOVER", by_type=False)


def negotiate(accept: str | None, offered: Sequence[Form]) -> Form | None:
    """Return the form that the header `Accept` (RFC 9110, section 12.5.1) likes best, the earlier one where it likes
    two alike; None where it takes none of them. Parts that cannot be read are passed over."""
    if accept is None or not accept.strip():
        return offered[0]
    ranges = _ranges(accept)
    best, most = None, 0.0
    for form in offered:
        if not form.by_type:
            continue
        quality = max(_quality(kind, ranges) for kind in (form.media_type, *form.also))
        if quality > most:
            best, most = form, quality
    return best


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
        if kind.count("/") == 1 and 0 <= quality <= 1:
            found[kind] = max(quality, found.get(kind, 0.0))
    return found


def _quality(kind: str, ranges: dict[str, float]) -> float:
    """That of the most specific range that has `kind`."""
    for pattern in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if pattern in ranges:
            return ranges[pattern]
    return 0.0
