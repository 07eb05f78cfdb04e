"""The query API: reads the tables and answers in JSON; it writes nothing.

request -> parameters (checked, pure) -> queries (SQL) -> views (typed answers)
"""
