"""From an address to a log: the one place that knows both adapters, and imports only the one that is asked for."""

from services.runtime.log.port import Log


def open_log(address: str) -> Log:
    """Return the log at `kafka://host:port[,host:port…]` or `postgresql://…`; it connects when it is first used.

    How Kafka is spoken to is read from the environment (`kafka_security`). Call it inside the event loop that will use
    it. Raises ValueError for any other address, and SettingError, which is one.
    """
    if address.startswith("kafka://"):
        from services.runtime.log.kafka import KafkaLog
        from services.runtime.log.kafka_security import kafka_options

        return KafkaLog(address, kafka_options())
    if address.startswith("postgresql://"):
        from services.runtime.log.postgres import PostgresLog

        return PostgresLog(address)
    raise ValueError(f"not the address of a log: {address.split('@')[-1]!r}; expected kafka://… or postgresql://…")
