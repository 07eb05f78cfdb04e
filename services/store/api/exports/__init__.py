"""Ways out: every list as NDJSON, CSV, GeoJSON or Parquet, whole, and events in the columns of ACLED and PLOVER.

A `Collection` says what a list's rows are and which columns they have; `write` turns rows into bytes of a `Form`;
`answer` sends them; `routes` has the addresses. docs/data-dictionary.md is made from the columns.
"""
