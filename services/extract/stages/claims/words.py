"""A sentence as the claims stage reads it: words with offsets into the document, their tokens, and who is named in it.

Works with and without a parse. Everything is counted in characters of `Document.text`.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final, final

from services.extract.document import ActorMention, Document, Sentence, Span
from services.extract.pattern import Pattern
from services.extract.stages.claims.lexicon import vocabulary_of
from services.extract.stages.parse import Parse
from services.extract.stages.tree import Token

_WORD: Final = Pattern(r"[^\W_]+(?:[-’'.][^\W_]+|(?<=\d),\d{3}(?!\d))*|[^\w\s]")
MAX_SENTENCE: Final = 4000
"""Characters of a sentence that are looked at: what is longer is no sentence."""


@final
class Word:
    """One word, in `low` without capitals. Written out: a dataclass is slow to make even where it is compiled."""

    __slots__ = ("end", "low", "start", "text", "token")

    def __init__(self, text: str, start: int, token: Token | None = None) -> None:
        # Mostly a token is the word, and knows it without capitals already.
        self.text: Final = text
        self.low: Final = token.lower_ if token is not None and token.text == text else text.lower()
        self.start: Final = start
        self.end: Final = start + len(text)
        self.token: Final = token


@dataclass(init=False, slots=True)
class Line:
    """One sentence with its words and the mentions in it."""

    sentence: Sentence
    start: int
    end: int
    text: str
    words: list[Word]
    vocabulary: frozenset[str]
    """Its words in lower case, whole runs of letters and digits: what tells that a pattern cannot match."""
    speakers: list[ActorMention]
    """Mentions that can speak, by position, none inside another."""
    actors: list[ActorMention]
    quotes: list[Span]
    starts: list[int]
    """Where each word starts, for bisection."""

    def __init__(
        self,
        sentence: Sentence,
        start: int,
        end: int,
        text: str,
        words: list[Word],
        vocabulary: frozenset[str],
        quotes: list[Span],
    ) -> None:
        self.sentence = sentence
        self.start = start
        self.end = end
        self.text = text
        self.words = words
        self.vocabulary = vocabulary
        self.speakers = []
        self.actors = []
        self.quotes = quotes
        self.starts = [word.start for word in words]

    def within(self, start: int, end: int) -> list[Word]:
        """The words that start in `start` to `end`."""
        return self.words[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def before(self, offset: int, most: int = 40) -> list[Word]:
        """The last words, `most` at most, that start before `offset`."""
        end = bisect_left(self.starts, offset)
        return self.words[max(0, end - most) : end]

    def at(self, offset: int) -> Word | None:
        """The word that starts at `offset`."""
        place = bisect_left(self.starts, offset)
        return self.words[place] if place < len(self.words) and self.starts[place] == offset else None

    def between(self, start: int, end: int) -> str:
        return self.text[max(0, start - self.start) : max(0, end - self.start)]

    def in_quotes(self, offset: int) -> bool:
        return any(q.start <= offset < q.end for q in self.quotes)


_QUOTE: Final = Pattern(r"[\"“”„«»]|(?<![\w])[‘'](?=\w)|(?<=[\w.,!?])['’](?!\w)")
_MARKS: Final = ('"', "“", "”", "„", "«", "»", "‘")
_APOSTROPHES: Final = ("'", "’")


def lines_of(doc: Document) -> list[Line]:
    """Return every sentence of the document as a Line, in order."""
    mentions = sorted(doc.actors, key=lambda m: (m.span.start, -m.span.end))
    starts = [m.span.start for m in mentions]
    found = []
    for sentence in doc.sentences:
        start, end = sentence.span.start, min(sentence.span.end, sentence.span.start + MAX_SENTENCE)
        text = doc.text[start:end]
        words = _words(text, start, sentence.parse)
        line = Line(sentence, start, end, text, words, _vocabulary(text, words), _quotes(text, start))
        last = -1
        for mention in mentions[bisect_left(starts, start) : bisect_left(starts, end)]:
            line.actors.append(mention)
            if mention.can_speak and mention.span.start >= last:
                line.speakers.append(mention)
                last = mention.span.end
        found.append(line)
    return found


def _words(text: str, start: int, parse: Parse | None) -> list[Word]:
    """Return the words of a sentence that begins at `start`, with their tokens where it is parsed."""
    found: list[Word] = []
    tokens: Parse = [] if parse is None else parse
    at = place = 0
    for chunk in text.split(" "):
        if chunk.isalnum():  # one word, as most are: no list is made of it
            while place < len(tokens) and tokens[place].idx < at:
                place += 1
            found.append(Word(chunk, start + at, tokens[place] if _begins(tokens, place, at) else None))
        else:
            for word, offset in _cut(chunk):
                here = at + offset
                while place < len(tokens) and tokens[place].idx < here:
                    place += 1
                found.append(Word(word, start + here, tokens[place] if _begins(tokens, place, here) else None))
        at += len(chunk) + 1
    return found


def _begins(tokens: Parse, place: int, offset: int) -> bool:
    """Return whether the token of that number is there and begins at `offset`."""
    return place < len(tokens) and tokens[place].idx == offset


def _cut(chunk: str) -> list[tuple[str, int]]:
    """Return the words of what stands between two blanks, and where in it they begin: as `_WORD` finds them.

    Often it is one word with a mark behind it, and the pattern is not needed.
    """
    last = len(chunk) - 1
    if last > 0 and chunk[last] in ",.;:" and chunk[:last].isalnum():
        return [(chunk[:last], 0), (chunk[last], last)]
    return [(match.group(), match.start()) for match in _WORD.finditer(chunk)]


def _vocabulary(text: str, words: list[Word]) -> frozenset[str]:
    """Return `vocabulary_of` the text whose words these are."""
    if "_" in text:
        return vocabulary_of(text)
    found = set()
    for word in words:
        if word.low.isalnum():
            found.add(word.low)
        elif len(word.low) > 1:
            found |= vocabulary_of(word.low)
    return frozenset(found)


_ENDS_QUOTE: Final = Pattern(r"[\w,.!?…]\"(?=\s|$)")
"""A straight mark that ends what an earlier sentence has opened: "…. Nobody listened," says he."""


def _has_marks(text: str) -> bool:
    """Whether a text can have a quotation: an apostrophe within a word, as most are, opens and ends none."""
    for mark in _MARKS:
        if mark in text:
            return True
    for mark in _APOSTROPHES:
        at = text.find(mark)
        while at >= 0:
            if not (text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()):
                return True
            at = text.find(mark, at + 1)
    return False


def _quotes(text: str, start: int) -> list[Span]:
    """Spans between quotation marks, with the marks; an unclosed one runs to the end of the sentence."""
    found: list[Span] = []
    if not _has_marks(text):
        return found
    opened = None
    for match in _QUOTE.finditer(text):
        mark = match.group()
        closes_only = mark == '"' and opened is None and not found and _ENDS_QUOTE.match(text, match.start() - 1)
        opening = mark in "“„«‘" or (mark in "\"'" and opened is None)
        if closes_only:
            found.append(Span(start, start + match.end()))
        elif opening and opened is None:
            opened = match.start()
        elif opened is not None:
            found.append(Span(start + opened, start + match.end()))
            opened = None
        elif mark in "”»" and not found:
            found.append(Span(start, start + match.end()))
    if opened is not None and text[opened] not in "'‘":
        found.append(Span(start + opened, start + len(text)))
    return found
