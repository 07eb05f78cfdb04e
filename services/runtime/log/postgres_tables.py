"""The tables of the log's Postgres home, in a schema of their own: topics, partitions, records, consumer groups."""

from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

SCHEMA: Final = "frontlog_log"
metadata: Final = MetaData(schema=SCHEMA)

topics: Final = Table(
    "topics",
    metadata,
    Column("name", Text, primary_key=True),
    Column("partitions", Integer, nullable=False),
)

partitions: Final = Table(
    "partitions",
    metadata,
    Column("topic", Text, ForeignKey(topics.c.name), nullable=False),
    Column("partition", Integer, nullable=False),
    # Taken under a lock on this row and raised in the transaction that inserts the records: offsets are dense, and
    # become visible in their order.
    Column("next_offset", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("topic", "partition"),
)

records: Final = Table(
    "records",
    metadata,
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Column("timestamp", DateTime(timezone=True), nullable=False),
    Column("key", LargeBinary),
    Column("value", LargeBinary),
    Column("header_names", ARRAY(Text), nullable=False),
    Column("header_values", ARRAY(LargeBinary), nullable=False),
    PrimaryKeyConstraint("topic", "partition", "offset"),
)

members: Final = Table(
    "group_members",
    metadata,
    Column("group", Text, nullable=False),
    Column("member", Text, nullable=False),
    Column("topics", ARRAY(Text), nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("group", "member"),
)

ownership: Final = Table(
    "group_partitions",
    metadata,
    Column("group", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("committed", BigInteger),
    Column("owner", Text),
    # Raised with every change of owner: a commit names the one it knows, and is refused when it is no longer so.
    Column("generation", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("group", "topic", "partition"),
)
