"""The office before a name: "the head of the military administration, …", "Governor …"."""

from typing import Final

from services.extract.stages.claims.lexicon import lexicon as speech_lexicon
from services.extract.stages.claims.lexicon import word_list
from services.extract.stages.claims.words import Line, Word

TITLE_WORDS: Final = word_list("titles", "words")


_DETERMINERS: Final = word_list("titles", "determiners")


def title_start(line: Line, start: int) -> int:
    """Where the name's phrase begins: "Governor", "the head of the administration," before it belong to it."""
    lexicon = speech_lexicon()
    at = start
    words = line.before(start)
    clause: list[Word] = []
    for word in reversed(words):
        if word.text in ',;:"”»—–' or (word.text == "-" and line.between(word.end, word.end + 1) == " "):
            break
        clause.append(word)
    clause.reverse()
    # After a comma or a quotation, everything up to the name is its title, unless a verb is in it.
    if clause and len(clause) <= 9 and len(clause) < len(words) and not finite(clause):
        opening = clause[0]
        if opening.low in _DETERMINERS or opening.text[:1].isupper() or opening.low in lexicon.people:
            return opening.start
        if clause[-1].low in lexicon.people and all(_nominal(word) for word in clause):
            return opening.start  # "presidential adviser"
    while words:
        word = words.pop()
        if word.text == ",":
            chunk: list[Word] = []
            for back in reversed(words):
                if not back.text[0].isalnum() and back.text not in "'’-":
                    break
                chunk.append(back)
            chunk.reverse()
            office = any(w.low in lexicon.people or w.low in lexicon.bodies for w in chunk)
            if (
                at == start
                and chunk
                and len(chunk) <= 12
                and office
                and not finite(chunk)
                and chunk[0].start > line.start
            ):
                return chunk[0].start
            break
        named = any(m.span.start <= word.start < m.span.end for m in line.actors) or (
            word.text[:1].isupper() and words and word.start > line.start
        )
        if not (
            word.low.rstrip(".") in TITLE_WORDS
            or word.low in lexicon.people
            or word.low in lexicon.bodies
            or word.low in lexicon.sides
            or any(part in lexicon.people for part in word.low.split("-"))
            or named
            or word.text in ("'", "’", "s", "-")
        ):
            break
        if word.low in ("in", "of", "for", "and") and not (
            words and (words[-1].low in lexicon.people or words[-1].low in lexicon.bodies)
        ):
            break
        at = word.start
    return at


def _nominal(word: Word) -> bool:
    return word.token is not None and word.token.tag_ in ("JJ", "NN", "NNS", "NNP", "HYPH", "CD", "VBN", "VBG")


def finite(words: list[Word]) -> bool:
    """Whether a verb with its own tense is among the words, or a word that opens a clause."""
    return any(
        (w.token is not None and w.token.tag_ in ("VBD", "VBZ", "VBP", "MD"))
        or w.low in ("that", "who", "which", "and", "but", "while", "when", "as", "after")
        for w in words
    )
