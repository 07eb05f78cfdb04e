"""The extract service: articles from the log through the pipeline, extractions and events back into the log.

    faust_intake (Kafka) or port_intake (Postgres) -> flow -> pool (processes) -> coding -> publish -> acknowledge

`flow` is what both forms share: several articles at once over the pool, results published and acknowledged in order.
"""
