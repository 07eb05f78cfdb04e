"""Alembic's entry: runs the steps on the connection that `services.store.migrate` hands over, or on its own."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from services.runtime.log.settings import DatabaseSettings
from services.runtime.settings import load
from services.store.database import search_path, sync_url
from services.store.tables import SCHEMA, metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True)
    with context.begin_transaction():
        context.execute(f"set local search_path to {SCHEMA}, public")
        context.run_migrations()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    engine = create_engine(
        sync_url(load(DatabaseSettings).database), poolclass=pool.NullPool, connect_args={"options": search_path()}
    )
    with engine.connect() as own:
        own.exec_driver_sql(f"create schema if not exists {SCHEMA}")
        own.commit()
        run(own)
