"""Words as the language model knows them: what a sentence is cut into, and what depends on a word alone.

Called by `syntax` and `reader`. The model's tokeniser cuts what stands between two blanks without looking at what is
around it, so each such chunk is given to it once; of each word the vector is computed once, which depends on the word,
its norm and the blank after it, not on the context.
"""

import sys
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from services.extract.stages.loops import loops
from services.extract.stages.model import doc_of, model
from services.extract.stages.network import Network
from services.extract.stages.parse import Told

REMEMBERED: Final = 100_000
"""Chunks that are kept; then all are forgotten, which bounds the memory of a worker that runs for months."""
VECTORS: Final = 10_000
"""Words whose context-free vectors are kept, 4 kB each."""


_IN_CONTEXT: Final = frozenset({"ai", "gon", "na", "ta", "'s", "c'm", "y", "y'", "is", "are", "was", "were", "'re"})
"""Words for which the model has rules that look at the word before ("let's", "there is") or after ("gonna")."""


class Lexeme:
    """A word with its norm. Equal strings are one object: few of them still lie in the processor's cache when the
    network is done.

    `bare` and `spaced` are the numbers of its vectors without and with a blank after it, -1 where there is none yet.
    `in_context`: the model may look at its neighbours.
    """

    __slots__ = ("_last", "_last_reading", "_settled", "bare", "in_context", "lower", "norm", "opens", "spaced", "text")

    def __init__(self, text: str, norm: str) -> None:
        self.text: Final = sys.intern(text)
        self.lower: Final = sys.intern(text.lower())
        self.norm: Final = norm
        self.opens: Final = text in _joined()
        """A chunk that ends with it may be taken together with the next."""
        self.in_context: Final = self.lower in _IN_CONTEXT
        self.bare = -1
        self.spaced = -1
        self._settled: dict[int, Told] = {}
        self._last: Told | None = None
        self._last_reading = -1

    def told(self, reading: int) -> Told | None:
        """Return what has been settled of it for a tag and a dependency, told by one number."""
        if reading != self._last_reading:
            self._last_reading, self._last = reading, self._settled.get(reading)
        return self._last

    def settle(self, reading: int, told: Told) -> None:
        """Keep what is told of it where no neighbour matters."""
        self._settled[reading] = told
        self._last_reading, self._last = reading, told


class Shown:
    """A sentence as it is shown to the model: its lexemes, and whether a blank follows each.

    `words` are what stands in the text, where that is not what is shown.
    """

    __slots__ = ("lexemes", "spaces", "words")

    def __init__(self, lexemes: list[Lexeme], spaces: list[bool], words: list[str] | None = None) -> None:
        self.lexemes: Final = lexemes
        self.spaces: Final = spaces
        self.words: Final = words

    def doc(self) -> Any:
        """Return it as spaCy has it, for what only spaCy does."""
        return doc_of([lexeme.text for lexeme in self.lexemes], self.spaces)


@cache
def _joined() -> dict[str, frozenset[str]]:
    """Return, by word, what the tokeniser may take together with it if it comes next, whatever stands between.

    These are the words that the tokeniser's rules for affixes make of what it has a rule of its own for: "p.m" and ".".
    """
    from spacy.tokenizer import Tokenizer

    own = model().tokenizer
    affixes = Tokenizer(
        own.vocab,
        prefix_search=own.prefix_search,
        suffix_search=own.suffix_search,
        infix_finditer=own.infix_finditer,
        token_match=own.token_match,
        url_match=own.url_match,
    )
    found: dict[str, set[str]] = {}
    for special in own.rules:
        words = [word.text for word in affixes(special)]
        for word, following in pairwise(words):
            found.setdefault(word, set()).add(following)
    return {word: frozenset(following) for word, following in found.items()}


class Vocabulary:
    """The words so far, of one model and its network: bounded, so that a worker may run for months.

    `vectors` has a row for each word with and without a blank after it, `products` what the network's first layer makes
    of them. They do not depend on the words that they are computed with, bit for bit.
    """

    def __init__(self, network: Network) -> None:
        self.network: Final = network
        self.vectors: Any = np.empty((0, 0), dtype=np.float32)
        self.products: Any = self.vectors
        self._used = 0
        self._cuts: dict[str, list[Lexeme]] = {}
        """What each chunk is cut into."""
        self._lexemes: dict[tuple[str, str], Lexeme] = {}
        self._usual: dict[str, Lexeme] = {}
        """Words with the norm that they have where no rule of the tokeniser gives them another."""

    def forget_if_full(self) -> None:
        """Forget all words where there are too many; none of them may still be in use."""
        kept = max(len(self._cuts), len(self._lexemes))
        if kept > REMEMBERED or self._used > VECTORS:
            self._cuts.clear()
            self._usual.clear()
            self._lexemes.clear()
            self._used = 0

    def lexeme(self, word: str) -> Lexeme:
        """Return the lexeme of a word that the tokeniser has not cut."""
        found = self._usual.get(word)
        if found is None:
            found = self._usual[word] = self._with_norm(word, model().vocab[word].norm_)
        return found

    def _with_norm(self, word: str, norm: str) -> Lexeme:
        found = self._lexemes.get((word, norm))
        if found is None:
            found = self._lexemes[word, norm] = Lexeme(word, norm)
        return found

    def cut(self, text: str) -> Shown:
        """Return what the model's tokeniser cuts `text` into."""
        lexemes: list[Lexeme] = []
        spaces: list[bool] = []
        cuts = self._cuts
        last: Lexeme | None = None
        for chunk in text.split(" "):
            found = cuts.get(chunk)
            if found is None:
                if chunk.split() != [chunk]:
                    return self._cut_whole(text)  # blanks that are words
                found = cuts[chunk] = self._cut_whole(chunk).lexemes
            first = found[0]
            if last is not None and last.opens and first.text in _joined()[last.text]:
                return self._cut_whole(text)
            last = first
            lexemes.append(first)
            for i in range(1, len(found)):
                last = found[i]
                lexemes.append(last)
                spaces.append(False)
            spaces.append(True)
        spaces[-1] = False
        return Shown(lexemes, spaces)

    def _cut_whole(self, text: str) -> Shown:
        words = list(model().tokenizer(text))
        lexemes = [self._with_norm(word.text, word.norm_) for word in words]
        return Shown(lexemes, [bool(word.whitespace_) for word in words])

    def rows(self, sentences: list[Shown]) -> list[int]:
        """Return the number of each word's row in `vectors` and `products`."""
        found = _rows(sentences)
        if -1 in found:
            missing: dict[tuple[Lexeme, bool], None] = {}
            for shown in sentences:
                for lexeme, space in zip(shown.lexemes, shown.spaces, strict=True):
                    if (lexeme.spaced if space else lexeme.bare) < 0:
                        missing[lexeme, space] = None
            self._add(list(missing))
            found = _rows(sentences)
        return found

    def _add(self, missing: list[tuple[Lexeme, bool]]) -> None:
        words = doc_of([lexeme.text for lexeme, _ in missing], [space for _, space in missing])
        for token, (lexeme, _) in zip(words, missing, strict=True):
            token.norm_ = lexeme.norm
        new = model().get_pipe("tok2vec").model.layers[0].predict([words])[0]
        self.vectors = self._with(self.vectors, new)
        self.products = self._with(self.products, self.network.products(new))
        for number, (lexeme, space) in enumerate(missing, self._used):
            if space:
                lexeme.spaced = number
            else:
                lexeme.bare = number
        self._used += len(missing)

    def _with(self, rows: Any, new: Any) -> Any:
        needed = self._used + len(new)
        if needed > len(rows):
            grown = np.empty((max(2048, needed + needed // 2), new.shape[1]), dtype=new.dtype)
            if self._used:
                grown[: self._used] = rows[: self._used]
            rows = grown
        rows[self._used : needed] = new
        return rows


def _rows(sentences: list[Shown]) -> list[int]:
    found: list[int] = []
    for shown in sentences:
        lexemes, spaces = shown.lexemes, shown.spaces
        for i in range(len(lexemes)):
            found.append(lexemes[i].spaced if spaces[i] else lexemes[i].bare)
    return found


@cache
def vocabulary() -> Vocabulary:
    """Return the words of this process."""
    return Vocabulary(Network(model(), loops()))
