"""The data dictionary has every column of every form, told in full."""

import pytest

from services.store.api.exports.collections import COLLECTIONS, Collection
from services.store.api.exports.dictionary import page


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda c: c.name)
def test_every_column_is_explained_once_in_each_table(collection: Collection) -> None:
    tables = [collection.columns, *(special.columns for special in collection.special.values())]
    for columns in tables:
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)
        for column in columns:
            assert column.meaning and column.example, column.name
            assert f"| `{column.name}` | {column.kind} | {column.unit} |" in page()


def test_every_address_is_named() -> None:
    for collection in COLLECTIONS:
        for form in collection.forms:
            assert form.name == "json" or f"/{collection.name}.{form.name}" in page() or form in collection.special


def test_every_line_of_a_table_has_as_many_cells_as_its_head() -> None:
    cells = 0
    for line in page().replace("\\|", "").splitlines():
        if not line.startswith("|"):
            cells = 0
        else:
            cells = cells or line.count("|")
            assert line.count("|") == cells, line
