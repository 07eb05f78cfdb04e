"""Modality: actual, intended, possible, conditional or negated, read from what stands above an event's word.

Between arguments and claims in the flow. `operators.toml` and `words.toml` are the lexicons, `walk` reads a parse (its
steps in files of their own, what they find in an `account`), `patterns` reads sentences without one, `compose` says
what effects come to, `stage` puts it on the document.
"""

from services.extract.stages.modality.stage import modality, modality_in, modality_of

__all__ = ["modality", "modality_in", "modality_of"]
