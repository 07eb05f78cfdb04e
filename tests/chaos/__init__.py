"""Chaos: the whole system under a seeded schedule of faults, and then a comparison, record by record.

    corpus -> sender -> [the services on a log and a database that faults break] -> compare

`python -m tests.chaos --help`, or `make chaos`. What the services are is known from outside alone: their environment,
HTTP, topics and tables.
"""
