"""`frontlog re-extract`: the present extractor over the articles of the log again, and what that changes.

survey (what is in the log) -> where (which articles) -> run (code them; into the spool) -> difference (shown)
-> publish (the extractions whole; the projector withdraws what is gone)
"""
