"""Families of near-duplicate articles: one report, however many outlets carry it, counts once.

    cleaned text -> shingles -> signature (candidates share a band of it) -> verified pairs -> connected components
    -> the publisher to whom each family is credited

`shingles` and `compare` are pure; `keep` and `credit` write them in the projector's transaction. See docs/incidents.md.
"""
