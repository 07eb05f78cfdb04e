"""The projector: consumes articles and extractions and keeps the tables in step with them, effectively once.

    consume (run) -> decode -> apply: offsets fenced, rows replaced, standings folded, withdrawals queued -> commit
                                                                                   outbox -> frontlog.events

Rows and the offsets they come from are committed in one transaction, and the consumer starts from the offsets in the
database: a record is applied once, whatever dies in between. See `services.store.projections` for the rows.
"""
