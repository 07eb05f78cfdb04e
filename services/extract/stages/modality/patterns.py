"""Modality by the words before an event's word, for sentences that have no parse.

Coarser than the walk: it looks back through the same clause, nearest word first, at most twelve words.
"""

from typing import Final

from services.contracts.taxonomy import Modality
from services.extract.document import Why
from services.extract.pattern import Pattern
from services.extract.stages.modality.compose import Effect, State, compose, final
from services.extract.stages.modality.lexicon import lexicon

_WORD: Final = Pattern(r"[A-Za-z’']+|[,;:.!?]")
_REACH: Final = 12
_LOOK_BACK: Final = 160


def modality_by_words(sentence: str, at: int) -> tuple[Modality, list[Why]]:
    """Return the modality of the event whose word begins at `at` in `sentence`, and why."""
    lex, words = lexicon(), lexicon().words
    before = [m.group().lower() for m in _WORD.finditer(sentence, max(0, at - _LOOK_BACK), at)][-_REACH:]
    state: State = "actual"
    why: list[Why] = []
    infinitive = bool(before) and before[-1] == "to"
    for place in range(len(before) - 1, -1, -1):
        word = before[place]
        if word in {",", ";", ":", ".", "!", "?"}:
            break
        effect: Effect | None = None
        if word in words["conditional_marks"]:
            effect = "conditional"
        elif word in words["negators"] or word in words["negative_heads"] or word.endswith("n't"):
            effect = "negated"
        elif word in words["modal_possible"] or word in lex.adverbs:
            effect = "possible"
        elif word in words["modal_will"] or word in words["modal_would"] or word in words["modal_duty"]:
            effect = "intended"
        elif word in words["question_marks"]:
            effect = "possible"
        elif infinitive and word in lex.verbs:
            effect = lex.verbs[word].get("clause")
        elif place + 1 < len(before) and f"{word} {before[place + 1]}" in lex.verbs:
            effect = lex.verbs[f"{word} {before[place + 1]}"].get("object")
        elif word in lex.nouns and place + 1 < len(before) and before[place + 1] in {"to", "of", "for"}:
            effect = lex.nouns[word]
        elif place + 1 == len(before) and word in lex.modifiers:
            effect = lex.modifiers[word]
        if effect is not None and effect not in ("actual", "believed"):
            state = compose("possible" if effect == "attempt" else effect, state)
            why.append(Why("modality", f"modality.words.{effect}"))
    return final(state), why
