"""The modality stage: says of each event whether it happened, is planned, feared, conditional or denied to have been.

Runs after the events are found and before claims. Uses the sentence's parse, and word patterns where there is none.
"""

from typing import Final

from services.contracts.taxonomy import Modality
from services.extract.document import Document, EventMention, Sentence, Span, Why
from services.extract.stages.modality.account import Evidence
from services.extract.stages.modality.compose import final
from services.extract.stages.modality.lexicon import word_class
from services.extract.stages.modality.patterns import modality_by_words
from services.extract.stages.modality.walk import walk
from services.extract.stages.parse import Parse
from services.extract.stages.tree import Token
from services.extract.stages.triggers.lexicon import told_by_negation


def modality(doc: Document) -> None:
    """Set `modality` of every event mention and add why; where there is no parse, by the words before it."""
    for event in doc.events:
        sentence = doc.sentences[event.sentence]
        found, why = modality_in(doc.text, sentence, event.trigger, event.type)
        if found == "negated" and event.frame in told_by_negation():
            continue
        if found == "intended" and _of_the_other_side(doc, event, why):
            continue
        if found != "actual":  # else what the frame itself says of it stays: "escaped unhurt" is negated
            event.modality = found
        event.why.extend(why)


def _of_the_other_side(doc: Document, event: EventMention, why: list[Why]) -> bool:
    """Whether all that makes an event a plan is that one side announced what the other does: it has been seen."""
    side = event.actor.side if event.actor is not None else None
    if side not in _AT_WAR or event.type not in _ANNOUNCED or len(why) != 1:
        return False
    said = why[0].span
    if said is None or doc.words(said).lower() not in _ANNOUNCING:
        return False
    start = doc.sentences[event.sentence].span.start
    who = [m for m in doc.actors if start <= m.span.start and m.span.end <= said.start and m.side in _AT_WAR]
    return bool(who) and all(m.side != side for m in who)


_AT_WAR: Final = ("UKR", "RUS")
_ANNOUNCED: Final = word_class("announced_types")
_ANNOUNCING: Final = word_class("announcing_verbs")


def modality_in(text: str, sentence: Sentence, trigger: Span, event_type: str) -> tuple[Modality, list[Why]]:
    """Return the modality of the event told by the words at `trigger`, and the words that it rests on."""
    tokens = trigger_tokens(sentence, trigger) if sentence.parse is not None else []
    if not tokens:
        return modality_by_words(text[sentence.span.start : sentence.span.end], trigger.start - sentence.span.start)
    found, evidence = modality_of(tokens, event_type)
    start = sentence.span.start
    why = [
        Why("modality", f"modality.{effect}", Span(start + token.idx, start + token.idx + len(token.text)))
        for effect, token in evidence
    ]
    return found, why


def modality_of(tokens: list[Token], event_type: str) -> tuple[Modality, Evidence]:
    """Return modality and evidence (effect, word) of the event whose trigger is these words of one parse."""
    inside = frozenset(token.i for token in tokens)
    start = next((token for token in tokens if token.head.i not in inside or token.head.i == token.i), tokens[0])
    account = walk(start, inside, event_type)
    return final(account.state), account.evidence


def trigger_tokens(sentence: Sentence, trigger: Span) -> list[Token]:
    """Return the tokens of the sentence's parse that the trigger covers, wholly or in part."""
    start, end = trigger.start - sentence.span.start, trigger.end - sentence.span.start
    found: list[Token] = []
    parse: Parse = sentence.parse
    for token in parse:
        if token.idx >= end:
            break
        if start < token.idx + len(token.text):
            found.append(token)
    return found
