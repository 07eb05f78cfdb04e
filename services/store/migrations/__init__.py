"""The schema's history, for Alembic: `env` runs it, `versions` holds one file per step (`services.store.migrate`)."""
