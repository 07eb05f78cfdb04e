"""Incidents: events of several articles that tell of one thing, tied by reasons that can be read.

    event -> traits -> pairs (score, with reasons) -> connected components -> summary, statements of the sources

Everything but `keep`, which writes them in the projector's transaction, is pure. See docs/incidents.md for the rules
and how good they are.
"""
