"""The data dictionary: every exported column with its type, unit, meaning and an example, as a page of Markdown."""

from collections.abc import Iterable
from typing import Any, Final

from litestar import Response, get

from services.contracts.taxonomy import ACLED as SUB_EVENT_OF
from services.contracts.taxonomy import PLOVER as CLASS_OF
from services.store.api.exports.codes import ACLED_EVENT_TYPE, ACLED_NOT_ITS_OWN, PLOVER_QUAD
from services.store.api.exports.collections import COLLECTIONS, HISTORY, Collection
from services.store.api.exports.columns import Column

_INTRODUCTION: Final = """# Data dictionary

What the columns of the exports mean. The page is made from the code that writes them, and the API serves it at
`/dictionary`. What JSON and NDJSON hold is in the API's own document (`/docs`); their rows are the objects of the
pages.

| type | in CSV | in Parquet | in GeoJSON |
| --- | --- | --- | --- |
| text | as it is, see below | string | string |
| integer, number | digits, a point before fractions | int64, double | number |
| boolean | `true`, `false` | bool | boolean |
| date | `2024-09-11` | date32 | string |
| time | `2024-09-12T07:00:00Z` | timestamp, microseconds, UTC | string |
| texts | a JSON array of strings | list of strings | array |
| json | a JSON array of objects | string of JSON | array |

CSV is RFC 4180 in UTF-8 without a byte order mark, with a header and CRLF line ends. A null is an empty cell,
an empty text is `""`. A text that a spreadsheet could take for a formula, one that begins with `=`, `+`, `-`,
`@` (or a full-width form of these), a tab or a line break, has an apostrophe put before it; so has one that
begins with apostrophes and then like that. Taking one apostrophe away from cells that match
`^'+[=+\\-@\\t\\r\\n＝＋－＠]` gives back the text. Numbers are never altered, nor is anything in the other forms.

In GeoJSON each row is a feature with its columns as properties and a point for its longitude and latitude; a row
without coordinates has a null geometry. In Parquet each field's metadata have its `meaning` and `unit`.
"""
_FORMS_OF_OTHERS: Final = """## Codes of ACLED and PLOVER

The nearest code for each type; where the actor's side or the means decide, `sub_event` in
`services/contracts/taxonomy.py` does. The tables behind all other columns are in
`services/store/api/exports/codes.py`. These exports are in the columns and codes of the two schemes; they are
neither's data, and no coder of theirs has seen them. What is negated has no row in either. ACLED's has only what is
told as having happened; PLOVER's has plans with the context `future` and possibilities with `hypothetical`.

| type | ACLED sub-event type | ACLED event type | PLOVER class | quad |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    return "\n".join((_INTRODUCTION, *(_section(collection) for collection in (*COLLECTIONS, HISTORY)), _codes()))


def _section(collection: Collection) -> str:
    addresses = ", ".join(f"`{collection.address}.{form.name}`" for form in collection.forms if form.name != "json")
    parts = [f"## {collection.name}\n\n{collection.what} {addresses}\n", _table(collection.columns)]
    for form, special in collection.special.items():
        parts.append(f"### {collection.name}.{form.name}\n\nWith {form.what}.\n\n{_table(special.columns)}")
    return "\n".join(parts)


def _table(columns: Iterable[Column]) -> str:
    lines = ["| column | type | unit | meaning | example |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| `{c.name}` | {c.kind} | {c.unit} | {_cell(c.meaning)} | {f'`{_cell(c.example)}`' if c.example else ''} |"
        for c in columns
    ]
    return "\n".join(lines) + "\n"


def _codes() -> str:
    lines = []
    for kind, own in SUB_EVENT_OF.items():
        sub = ACLED_NOT_ITS_OWN.get(own, own)
        lines.append(
            f"| `{kind}` | {sub} | {ACLED_EVENT_TYPE[sub]} | {CLASS_OF[kind]} | {PLOVER_QUAD[CLASS_OF[kind]]} |"
        )
    return _FORMS_OF_OTHERS + "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


@get("/dictionary", include_in_schema=False, sync_to_thread=False, media_type="text/markdown")
def dictionary() -> Response[Any]:
    """The data dictionary, as Markdown."""
    return Response(page(), media_type="text/markdown", headers={"X-Content-Type-Options": "nosniff"})
