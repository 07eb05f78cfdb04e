"""The lock between those who write projections and the swap of a rebuild.

A transaction that writes a projection, or tells the world what one holds, begins with `hold`: names of tables are then
looked up after a swap that was under way, and none begins before the transaction ends. The lock is of the schema's
name, so that filling the next schema is not held off by the swap that waits for it.
"""

from typing import Final

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

_CLASS: Final = 0x73776170
"""The bytes of "swap": the first half of the advisory lock's key; the second is a hash of the schema's name."""


async def hold(connection: AsyncConnection) -> None:
    """Hold off the swap of this connection's schema until the transaction ends. Waits for one that is under way."""
    schema = func.hashtext(cast(func.current_schema(), Text))
    await connection.execute(select(func.pg_advisory_xact_lock_shared(_CLASS, schema)))


async def take(connection: AsyncConnection, schema: str) -> None:
    """Wait for all who hold `schema`, and keep others waiting until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(_CLASS, func.hashtext(schema))))
