"""From a record to the rows it becomes: pure functions that know the messages and nothing of databases or logs.

`article` and `extraction` take one message each; `precedence` says which of two extractions of an article stands;
`values` makes texts and times fit for Postgres.
"""
