"""Sentences read by the network, made into parses. Called by `syntax`, with what `lexemes` has cut.

Only what depends on the sentence is computed each time. Part of speech and lemma follow from a word, its tag and its
dependency (and, for a handful of words, from its neighbours), so the model's own components for them, which are its
slowest, are asked once for each such combination.
"""

import sys
from typing import Final

from services.extract.stages.lexemes import REMEMBERED, Lexeme, Shown, vocabulary
from services.extract.stages.model import model
from services.extract.stages.network import Network
from services.extract.stages.parse import Parse, Told, parse_of

BATCH: Final = 64

_LEADING: Final = frozenset({"gon", "got", "let"})
_FOLLOWING: Final = frozenset({"n't", "nt", "'t", "t", "na", "on", "all"})
_ALONE: Final = "", ""
"""No neighbour that matters."""

_BY_DEPENDENCY: Final = frozenset({"do", "does", "did", "'d", "have", "has", "had", "i", "you", "it", "but"})
_TAGS_BY_DEPENDENCY: Final = frozenset({"IN", "DT", "WDT"})
_AUXILIARY: Final = frozenset({"aux", "auxpass"})
"""What the model's rules look at a dependency for; for any other word it makes no difference."""

_Key = tuple[str, str, str, str, str]

_known: dict[_Key, tuple[str, str, str]] = {}


def parsed(sentences: list[Shown]) -> list[Parse]:
    """Return the parses of sentences."""
    found: list[Parse] = []
    words = vocabulary()
    if len(_known) > REMEMBERED:
        _known.clear()
    for start in range(0, len(sentences), BATCH):
        batch = sentences[start : start + BATCH]
        filled = [shown for shown in batch if shown.lexemes]
        if not filled:
            found += [[] for _ in batch]
            continue
        rows = words.rows(filled)
        lengths = [len(shown.lexemes) for shown in filled]
        tags, deps, heads = words.network.read(rows, words.vectors, words.products, lengths, filled)
        at = 0
        for shown in batch:
            found.append(_parse(shown, words.network, tags, deps, heads, at))
            at += len(shown.lexemes)
    return found


def _parse(shown: Shown, read: Network, tags: list[int], deps: list[int], heads: list[int], at: int) -> Parse:
    lexemes, combinations = shown.lexemes, len(read.labels)
    count = len(lexemes)
    lower = [lexeme.lower for lexeme in lexemes]
    told: list[Told] = []
    asked: list[int] = []
    for i in range(count):
        lexeme = lexemes[i]
        about = None
        if not lexeme.in_context or _context(i, lower, read, deps, at) == _ALONE:
            about = lexeme.told(tags[at + i] * combinations + deps[at + i])
        if about is None:
            about = _UNTOLD
            asked.append(i)
        told.append(about)
    if asked:
        keys = [_key(i, lexemes, lower, read, tags[at + i], deps, at) for i in asked]
        missing = [key for key in keys if key not in _known]
        if missing:
            _learn(list(dict.fromkeys(missing)))
        for i, key in zip(asked, keys, strict=True):
            pos, tag, lemma = _known[key]
            told[i] = about = Told(pos, tag, lemma, "dep" if pos == "SPACE" else read.labels[deps[at + i]])
            if key[3:] == _ALONE:
                lexemes[i].settle(tags[at + i] * combinations + deps[at + i], about)
    own = shown.words
    if own is None:
        own = [lexeme.text for lexeme in lexemes]
    else:
        for i in range(count):
            word = own[i]
            if word != lexemes[i].text:
                told[i] = Told(told[i].pos, told[i].tag, word, told[i].dep)
                lower[i] = word.lower()
    return parse_of(own, lower, shown.spaces, told, heads[at : at + count])


_UNTOLD: Final = Told("", "", "", "")


def _key(i: int, lexemes: list[Lexeme], lower: list[str], read: Network, number: int, deps: list[int], at: int) -> _Key:
    """Return what decides on a word: itself, its tag (the one of this number), its dependency and its neighbours, where
    they matter."""
    low, tag, dep = lower[i], read.tags[number], read.labels[deps[at + i]]
    before, after = _context(i, lower, read, deps, at) if lexemes[i].in_context else _ALONE
    matters = dep in _AUXILIARY or tag in _TAGS_BY_DEPENDENCY or low in _BY_DEPENDENCY
    return lexemes[i].text, tag, dep if matters else "dep", before, after


def _context(i: int, lower: list[str], read: Network, deps: list[int], at: int) -> tuple[str, str]:
    """Return what stands before and after a word whose neighbours the model may look at, where it does."""
    before = after = ""
    if i:
        before = lower[i - 1]
        before = before if before in _LEADING else "there" if read.labels[deps[at + i - 1]] == "expl" else ""
    if i + 1 < len(lower) and lower[i + 1] in _FOLLOWING:
        after = lower[i + 1]
    return before, after


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
        # One object for each: the model makes a new one whenever it is asked.
        _known[key] = sys.intern(token.pos_), sys.intern(token.tag_), sys.intern(token.lemma_)
