"""What can be seen of an event's telling that bears on whether it was read rightly: named features, for the model.

A pure function of the candidate and of the document. Of how long the text is nothing tells but how often its places are
named: many of the texts that the weights are learnt from are short. A feature is `family=value`; every family is listed
in `FAMILIES`. Whoever changes what a feature means trains the weights anew (docs/extraction/confidence.md).
"""

from datetime import timedelta
from functools import cache
from typing import Final

from services.extract.document import Document, EventMention
from services.extract.stages import tree
from services.extract.stages.bands import Bands
from services.extract.stages.confidence.candidate import Candidate, Features, Surroundings, put, put_whether, rule
from services.extract.stages.confidence.place import of_place
from services.extract.stages.tree import Token
from services.extract.stages.triggers.lexicon import Frame, frames, index

_WORDING: Final = """word head_word preposition_of_type frame object_word noun_of_type actor_of_type place_of_type
    place_kind_of_type figures_of_type modality_of_type claim_of_type beside under over"""
_OTHER: Final = """type frame_sure frame_types frame_needs trigger_words tag dep clause governor mark determiner passive
    auxiliary subject_told object_told
    actor_rule actor_side actor_kind target
    place_rule place_kind place_unsure place_country place_relation place_mention places place_path place_clauses
    place_distance place_preposition place_elsewhere place_nearer place_dep place_next place_back place_rivals
    place_mentions place_happened place_headed
    when_rule when_precision when_old when_future figures means extent
    modality modality_cues stance source claims claim_rule
    role sentence_length sentence_triggers sentence_root question quoted trigger_early fragment
    tellings told_in_title rivals rivals_near"""
FAMILIES: Final = frozenset(f"{_WORDING} {_OTHER}".split())
"""All families."""

_SURE: Final = Bands(0.5, 0.6, 0.7, 0.8, 0.9)
_NEEDS: Final = Bands(1, 2)
_TYPES: Final = Bands(2, 3)
_FEW: Final = Bands(1, 2, 4)
_LENGTH: Final = Bands(60, 120, 200, 320)
"""Characters."""
_OLD: Final = timedelta(days=400)
_BACKGROUND: Final = frozenset(
    {"after", "since", "before", "following", "during", "amid", "despite", "until", "by", "because"}
)
_DETERMINERS: Final = frozenset({"the", "a", "an", "its", "their", "no", "none"})
_CLAUSES: Final = frozenset({"advcl", "relcl", "acl", "ccomp", "xcomp", "pcomp", "parataxis", "csubj"})
_TOGETHER: Final = "strike casualties destruction assault clash repulse capture withdrawal advance hold"
_PAIRED: Final = frozenset(_TOGETHER.split())
_CLOSING: Final = "\"”'’) "


def features(candidate: Candidate, around: Surroundings) -> Features:
    """Return the features that hold of `candidate` in its document."""
    telling, doc = candidate.best, around.doc
    if id(telling) not in around.told:
        around.told[id(telling)] = _of_telling(telling, around)
    found = dict(around.told[id(telling)])
    if candidate.actor is not None:
        put(found, "actor_side", candidate.actor.side or "none")
        put(found, "actor_kind", candidate.actor.kind or "none")
    time = candidate.time
    if time is not None:
        put(found, "when_precision", time.precision)
        if time.end is not None and doc.published is not None:
            put_whether(found, "when_old", doc.published - time.end > _OLD)
            put_whether(found, "when_future", time.end > doc.published)
    put(found, "tellings", str(min(3, len(candidate.tellings))))
    titled = [t for t in candidate.tellings if doc.sentences[t.sentence].role == "title"]
    put_whether(found, "told_in_title", bool(titled))
    put(found, "rivals", str(min(2, candidate.rivals)))
    of_place(found, candidate, telling, around)
    return found


def _of_telling(telling: EventMention, around: Surroundings) -> Features:
    found: Features = {}
    token = around.tokens.get(id(telling))
    _frame_and_word(found, telling, token)
    if token is not None:
        _construction(found, telling, token)
    _slots(found, telling)
    _said(found, telling, around.doc)
    _sentence(found, telling, around.doc)
    _company(found, telling, token, around)
    return found


@cache
def _frames() -> dict[str, Frame]:
    return {frame.name: frame for frame in frames()}


@cache
def _types_of_words() -> dict[str, str]:
    """Return how many types each word of the frames may tell of."""
    return {word: _TYPES.of(len({entry.frame.type for entry in entries})) for word, entries in index().items()}


def _types(word: str) -> str:
    return _types_of_words().get(word) or _TYPES.of(0)


def _frame_and_word(found: Features, telling: EventMention, token: Token | None) -> None:
    """Which frame fired on which word, how much it asks for, and how many types the word may tell of."""
    put(found, "type", telling.type)
    put(found, "frame", telling.frame)
    put(found, "frame_sure", _SURE.of(telling.confidence))
    frame = _frames().get(telling.frame)
    if frame is not None:
        put(found, "frame_needs", _NEEDS.of(len(frame.needs)))
    if token is None:
        put(found, "tag", "unparsed")
        return
    put(found, "frame_types", _types(token.lower_))
    put(found, "word", f"{telling.type}:{token.lemma_.lower()}")
    put(found, "tag", token.tag_)


def _construction(found: Features, telling: EventMention, token: Token) -> None:
    """How the trigger stands in the parse: as verb or noun, under what, with which particles and arguments."""
    kind, noun, children = telling.type, token.pos_ in ("NOUN", "PROPN"), list(token.children)
    put(found, "noun_of_type", f"{kind}:{'noun' if noun else 'verb'}")
    put(found, "dep", token.dep_)
    if token.head.i != token.i:
        put(found, "head_word", token.head.lemma_.lower())
        if token.dep_ in ("pobj", "pcomp"):
            put(found, "governor", token.head.lower_ if token.head.lower_ in _BACKGROUND else "other")
    for child in children:
        if child.dep_ == "mark":
            put(found, "mark", child.lower_)
        elif child.dep_ in ("aux", "neg"):
            put(found, "auxiliary", child.lemma_.lower())
        elif child.dep_ in ("prep", "agent"):
            put(found, "preposition_of_type", f"{kind}:{child.lower_}")
        elif child.dep_ in ("dobj", "nsubjpass"):
            put(found, "object_word", f"{kind}:{child.lemma_.lower()}")
    if noun:
        determiner = next((c.lower_ for c in children if c.dep_ in ("det", "poss")), "none")
        put(found, "determiner", determiner if determiner in _DETERMINERS else "other")
        if tree.light_verb(token) is not None:
            put(found, "clause", "light_verb")
        return
    put_whether(found, "passive", tree.is_passive(token))
    put_whether(found, "subject_told", tree.first(token, "nsubj", "nsubjpass") is not None)
    put_whether(found, "object_told", tree.first(token, "dobj", "nsubjpass") is not None)
    clause = next((t for t in (token, *tree.ancestors(token)) if t.dep_ in _CLAUSES), None)
    put(found, "clause", clause.dep_ if clause is not None else "main")


def _slots(found: Features, telling: EventMention) -> None:
    """Who, to whom, when, how many: what was found, and by which rule."""
    kind, actor = telling.type, rule(telling, "actor")
    put(found, "actor_rule", actor)
    put(found, "actor_of_type", f"{kind}:{actor != 'none'}")
    put(found, "target", "none" if telling.target is None else telling.target.kind or "unknown")
    put(found, "when_rule", rule(telling, "when"))
    put(found, "figures", str(min(len(telling.figures), 2)))
    put(found, "figures_of_type", f"{kind}:{bool(telling.figures)}")
    put_whether(found, "means", bool(telling.means))
    put_whether(found, "extent", telling.extent is not None)
    put(found, "modality", telling.modality)
    put(found, "modality_of_type", f"{kind}:{'actual' if telling.modality == 'actual' else 'other'}")
    put(found, "modality_cues", str(min(2, len([why for why in telling.why if why.slot == "modality"]))))


def _said(found: Features, telling: EventMention, doc: Document) -> None:
    """Who says so: the narrator, one source, several; with what stance, found how."""
    put(found, "claims", str(min(2, len(telling.attributions))))
    for number in telling.attributions[:2]:
        said = doc.attributions[number]
        put(found, "stance", said.stance)
        put(found, "source", said.source.kind or "none")
        put(found, "claim_rule", said.rule.rpartition(".")[2])
        put(found, "claim_of_type", f"{telling.type}:{said.act}")


def _sentence(found: Features, telling: EventMention, doc: Document) -> None:
    """The sentence: its role, length, whether it is whole, and where in it the trigger stands."""
    sentence = doc.sentences[telling.sentence]
    text = doc.words(sentence.span)
    at = telling.trigger.start - sentence.span.start
    end = text.rstrip(_CLOSING)
    put(found, "role", sentence.role)
    put(found, "sentence_length", _LENGTH.of(len(text)))
    put_whether(found, "question", end.endswith("?"))
    quoted = text.count("“", 0, at) > text.count("”", 0, at) or text.count('"', 0, at) % 2 == 1
    put_whether(found, "quoted", quoted)
    put_whether(found, "trigger_early", at < 12)
    put(found, "trigger_words", str(min(3, len(doc.words(telling.trigger).split()))))
    put_whether(found, "fragment", text[:1].islower() or not end.endswith((".", "!", "?", "…", ":", ";")))
    if sentence.parse is not None:
        root = next((t for t in sentence.parse if t.head.i == t.i), None)
        if root is not None:
            put(found, "sentence_root", "verb" if tree.is_verb(root) else "other")


def _company(found: Features, telling: EventMention, token: Token | None, around: Surroundings) -> None:
    """The other events of the sentence: rivals for its words, and what it hangs under or holds."""
    kind = telling.type
    here = [event for event in around.events.get(telling.sentence, ()) if event is not telling]
    put(found, "sentence_triggers", _FEW.of(len(here)))
    put(found, "rivals_near", str(min(2, len([event for event in here if event.type == kind]))))
    for other in sorted({event.type for event in here} & _PAIRED):
        put(found, "beside", f"{kind}:{other}")
    if token is None or not here:
        return
    at = {around.tokens[id(event)].i: event for event in here if id(event) in around.tokens}
    above = next((at[t.i] for t in tree.ancestors(token) if t.i in at), None)
    if above is not None:
        put(found, "under", f"{kind}:{above.type}")
    below = next((at[t.i] for t in token.subtree if t.i in at), None)
    if below is not None:
        put(found, "over", f"{kind}:{below.type}")
