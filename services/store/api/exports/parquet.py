"""Parquet: the table with its types. One row group is in memory at a time."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from services.store.api.exports.columns import Column

GROUP: Final = 5_000
"""Rows of one row group."""
_TYPES: Final[dict[str, Any]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
    "json": pa.string(),
}


class Writer:
    """Takes rows and gives bytes. Each field's metadata have its meaning and unit."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._columns = tuple(columns)
        self._schema = pa.schema(
            pa.field(c.name, _TYPES[c.kind], metadata={"meaning": c.meaning} | ({"unit": c.unit} if c.unit else {}))
            for c in self._columns
        )
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd")

    def group(self, items: Sequence[Any]) -> bytes:
        """Return the bytes of one row group."""
        arrays = [pa.array([_value(c, item) for item in items], _TYPES[c.kind]) for c in self._columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=GROUP)
        return self._sink.take()

    def end(self) -> bytes:
        """Return the footer: without it the file cannot be read."""
        self._writer.close()
        return self._sink.take()


class _Sink:
    """A file that is written to and emptied meanwhile."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._written += len(part)
        return len(part)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def _value(column: Column, item: Any) -> Any:
    value = column.of(item)
    if column.kind == "json" and value is not None:
        return msgspec.json.encode(value).decode()
    return list(value) if column.kind == "texts" and value is not None else value
