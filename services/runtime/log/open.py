"""From an address to a log: the one place that knows both adapters, and imports only the one that is asked for."""

from services.runtime.log.port import Log


def open_log(address: str) -> Log:
    """Return the log at `kafka://host:port[,host:port…]` or `postgresql://…`; it connects when it is first used.

    Call it inside the event loop that will use it. Raises ValueError for any other address.
    """
    if address.startswith("kafka://"):
        from services.runtime.log.kafka import KafkaLog

        return KafkaLog(address)
    if address.startswith("postgresql://"):
        from services.runtime.log.postgres import PostgresLog

        return PostgresLog(address)
    raise ValueError(f"not the address of a log: {address.split('@')[-1]!r}; expected kafka://… or postgresql://…")
