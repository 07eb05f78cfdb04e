"""The messages, topics and identities that the three services share. Imports nothing of ours.

`taxonomy` names the vocabulary of the codebook, `messages` the structures, `topics` the topics as data, `identity`
the deterministic ids, `cloudevents` the headers they travel with, `schemas` the JSON Schema made from them, and
`romanise` how names in Cyrillic letters are written in Latin ones.
"""
