"""A parsed sentence as the stages after syntax read it: words with their attributes at hand.

Made by `syntax` from the parser's arrays. The names are spaCy's; the objects are plain, because the rules ask for a
word's attributes and children thousands of times an article, and each such question to spaCy makes a new object.
"""

import sys
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final


class Word:
    """One token of a sentence. Equal only to itself; there is one object for each.

    `i` counts words, `idx` characters, both from the sentence's start; `head` of a root is the word itself; `children`
    are in the order of the text. `base_` is the lemma in lower case, which is what most rules ask for.
    """

    __slots__ = (
        "_lemma",
        "base_",
        "children",
        "dep_",
        "doc",
        "head",
        "i",
        "idx",
        "lower_",
        "pos_",
        "sent",
        "tag_",
        "text",
        "whitespace_",
    )

    head: "Word"

    def __init__(
        self, i: int, idx: int, text: str, lower: str, whitespace: str, told: "Told", doc: "Parse", sent: "Clauses"
    ) -> None:
        self.i = i
        self.idx = idx
        self.text = text
        self.lower_ = lower
        self.whitespace_ = whitespace
        self.pos_ = told.pos
        self.tag_ = told.tag
        self.dep_ = told.dep
        self._lemma = told.lemma
        self.base_ = told.base
        self.children: list[Word] = []
        self.doc = doc
        self.sent = sent

    @property
    def lemma_(self) -> str:
        """The dictionary form, with the capitals of a name; `base_` follows it."""
        return self._lemma

    @lemma_.setter
    def lemma_(self, lemma: str) -> None:
        self._lemma = lemma
        # Mostly the same object, which knows its hash already.
        self.base_ = lemma if lemma.islower() else lemma.lower()

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Word({self.text!r}, {self.tag_}, {self.dep_})"

    def nbor(self, step: int = 1) -> "Word":
        """Return the word `step` places on. Raises IndexError outside the sentence."""
        at = self.i + step
        if at < 0:
            raise IndexError(at)
        return self.doc[at]

    @property
    def subtree(self) -> list["Word"]:
        """The word and all below it: of each, what hangs before it, itself, what hangs after it."""
        found: list[Word] = []
        todo: list[tuple[Word, bool]] = [(self, False)]
        while todo:
            word, opened = todo.pop()
            if opened or not word.children:
                found.append(word)
                continue
            at = word.i
            todo.extend((child, False) for child in reversed(word.children) if child.i > at)
            todo.append((word, True))
            todo.extend((child, False) for child in reversed(word.children) if child.i < at)
        return found

    @property
    def is_alpha(self) -> bool:
        return self.text.isalpha()

    @property
    def is_punct(self) -> bool:
        return _is_punct(self.text)

    @property
    def like_num(self) -> bool:
        return _like_num(self.text)


class Clauses:
    """What one root governs, as a range of word numbers: `start` inclusive, `end` exclusive."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


Parse = list[Word]
"""The words of one sentence, in order."""


def text_of(parse: Parse) -> str:
    """Return the sentence as it stands in the document."""
    return "".join(word.text + word.whitespace_ for word in parse)


def word_at(parse: Parse, offset: int) -> Word:
    """Return the word that the character at `offset` (from the sentence's start) belongs to, or the one before."""
    low, high = 0, len(parse) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if parse[middle].idx <= offset:
            low = middle
        else:
            high = middle - 1
    return parse[low]


class Told:
    """What the model tells of one word: part of speech, tag, lemma (also in lower case) and dependency."""

    __slots__ = ("base", "dep", "lemma", "pos", "tag")

    def __init__(self, pos: str, tag: str, lemma: str, dep: str) -> None:
        self.pos: Final = pos
        self.tag: Final = tag
        self.lemma: Final = lemma
        # Mostly the same object, which knows its hash already.
        self.base: Final = lemma if lemma.islower() else sys.intern(lemma.lower())
        self.dep: Final = dep


def parse_of(words: list[str], lower: list[str], spaces: list[bool], told: list[Told], heads: list[int]) -> Parse:
    """Return a parse from the words, the same in lower case, whether a blank follows each, what is told of them, and
    the number of each one's head."""
    parse: Parse = []
    whole = Clauses(0, len(words))
    idx = roots = 0
    for i in range(len(words)):
        text, space = words[i], spaces[i]
        parse.append(Word(i, idx, text, lower[i], " " if space else "", told[i], parse, whole))
        idx += len(text) + space
    for i in range(len(words)):
        word = parse[i]
        if heads[i] == i:
            word.head = word
            roots += 1
        else:
            head = parse[heads[i]]
            word.head = head
            head.children.append(word)
    if roots > 1:
        _bound(parse)
    return parse


def dissolve(parse: Parse) -> None:
    """Part the words of a parse that nobody is to ask again: each holds those around it, so that they would stay until
    garbage is looked for."""
    for word in parse:
        if word.children:
            word.children.clear()
        if word.head is word:
            word.head = _NOBODY
    parse.clear()


_NOBODY: Final = Word(0, 0, "", "", "", Told("", "", "", ""), [], Clauses(0, 0))


def _bound(parse: Parse) -> None:
    """Give each word the range that its root governs, of several: it begins at the first word below a root."""
    starts = {0}
    starts.update(min(below.i for below in word.subtree) for word in parse if word.head is word)
    bounds = [*sorted(starts), len(parse)]
    for start, end in pairwise(bounds):
        span = Clauses(start, end)
        for word in parse[start:end]:
            word.sent = span


@lru_cache(maxsize=20_000)
def _is_punct(text: str) -> bool:
    return all(unicodedata.category(c).startswith("P") for c in text)


@lru_cache(maxsize=20_000)
def _like_num(text: str) -> bool:
    from spacy.lang.en import lex_attrs

    return bool(lex_attrs.like_num(text))  # type: ignore[no-untyped-call]
