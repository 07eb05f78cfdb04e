"""Subjects that the small English model has lost, given back to their verbs. Part of syntax, after `repair`.

It lets an opening phrase swallow the subject ("On 11 April Russian missiles destroyed …"), takes the subject after the
verb for its object ("Near Toretsk are falling two villages"), and coordinates a noun with the verb before it. Only
verbs without any subject are looked at, so that what the parse has read is never overruled.
"""

from collections.abc import Sequence
from typing import Final

from services.extract.stages.parse import Parse, Word
from services.extract.stages.wordlists import word_list

_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP"})
_AUXILIARY: Final = frozenset({"aux", "auxpass", "neg", "advmod"})
_WITHOUT_OBJECT: Final = word_list("subjects", "without_object")
"""Verbs that have no object: a noun after them is their subject."""
_WITH_OBJECT: Final = word_list("subjects", "with_object")
"""Verbs that have an object, and never a clause for one."""
_SAYING: Final = word_list("subjects", "saying")
"""Verbs that who has just spoken does next: "…, he said, and thanked the brigade"."""
_MOTION: Final = word_list("subjects", "motion")
"""Verbs of moving somewhere: with a preposition after them they are active."""
_NOUNS_IN_ING: Final = frozenset({"shelling", "fighting", "bombing", "mining", "rocketing"})
_DATES: Final = word_list("subjects", "dates")
"""Words that end a time: what follows them in an opening phrase is no part of it."""
_AREAS: Final = word_list("subjects", "areas")
"""Nouns that a name before them belongs to: "In the Pokrovsk direction"."""
_BROKEN: Final = frozenset({"advcl", "conj", "ccomp", "ROOT"})
_OBJECTS: Final = frozenset({"dobj", "pobj", "attr", "nsubjpass"})
_SPINE: Final = frozenset({"pobj", "conj", "prep"})


def with_subjects(parse: Parse) -> Parse:
    """Give verbs their lost subjects, in place, and return `parse`."""
    for word in parse:
        if word.pos_ != "VERB":
            if word.lemma_ == "be" and word.tag_ in _FINITE and word.dep_ in _BROKEN:
                _after_link(word)
            continue
        if word.tag_ in _FINITE or (word.tag_ in ("VBN", "VBG") and _auxiliary(word)):
            if not any(child.dep_ in _SUBJECTS for child in word.children):
                _find(word)
            elif word.dep_ == "ccomp":
                _object_before_and(word)
            elif word.tag_ == "VBG" and word.dep_ == "acl":
                word.dep_ = "ccomp"  # "said Ivan Koval: his men were holding the line" modifies nobody
        elif word.tag_ == "VB" and word.dep_ == "conj" and _over_speaker(word):
            word.tag_ = "VBD"  # "… the general claimed, and cut the road"
        elif word.tag_ == "VBN" and word.dep_ == "acl" and word.lemma_ in _MOTION:
            _only_verb(word)
        elif word.tag_ == "VBN" and word.dep_ == "ccomp" and word.lemma_ in _WITHOUT_OBJECT:
            word.tag_ = "VBD"
    return parse


def _auxiliary(verb: Word) -> bool:
    return any(child.dep_ in ("aux", "auxpass") and child.tag_ in _FINITE for child in verb.children)


def _after_link(link: Word) -> None:
    """Take what is said to be somewhere for the subject: "Under the control of the army are 82 villages"."""
    if any(child.dep_ in _SUBJECTS for child in link.children):
        return
    if any(child.dep_ in ("prep", "advmod") and child.i < link.i for child in link.children):
        _after_verb(link)


def _over_speaker(verb: Word) -> bool:
    """Hang a verb under what was told before its speaker: "The enemy left, he said, and blew up the bridge"."""
    said = verb.head
    if said.tag_ not in _FINITE or verb.lemma_ in _SAYING or any(c.dep_ in ("aux", "mark") for c in verb.children):
        return False
    told = next((c for c in said.children if c.dep_ == "ccomp" and c.i < said.i), None)
    if told is None and said.dep_ == "parataxis" and said.head.i < said.i:
        told = said.head
    speaker = next((c for c in said.children if c.dep_ == "nsubj" and c.i < said.i), None)
    joined = next((c for c in said.children if c.dep_ == "cc" and said.i < c.i < verb.i), None)
    if told is None or speaker is None or joined is None or verb.doc[joined.i - 1].text != ",":
        return False
    first = min((part.i for part in speaker.subtree), default=speaker.i)
    if first < 1 or told.i > first or verb.doc[first - 1].text != ",":
        return False
    if not any(child.dep_ in _SUBJECTS for child in told.children):
        return False
    said.children = [child for child in said.children if child is not verb]
    verb.head = told
    told.children = [*told.children, verb]
    return True


def _find(verb: Word) -> None:
    if verb.dep_ == "conj" and _over_speaker(verb):
        return
    if _gerund(verb):
        return
    if verb.lemma_ in _WITHOUT_OBJECT and _after_verb(verb):
        return
    last = verb.i - 1
    while last > 0 and verb.doc[last].head is verb and verb.doc[last].dep_ in _AUXILIARY:
        last -= 1
    if last > 0 and verb.dep_ in _BROKEN and not _in_opening_phrase(verb, last):
        _coordinated(verb, last)


def _after_verb(verb: Word) -> bool:
    """Read the object of a verb that has none as its subject: "Near Toretsk are falling two villages"."""
    for child in verb.children:
        if child.dep_ in ("dobj", "attr") and child.i > verb.i:
            child.dep_ = "nsubj"
            return True
    return False


def _gerund(verb: Word) -> bool:
    """Read a noun in -ing as the subject: "Shelling on 25 October damaged a boiler house"."""
    for child in verb.children:
        if child.i > verb.i or child.dep_ != "advcl" or child.tag_ != "VBG" or child.lower_ not in _NOUNS_IN_ING:
            continue
        if child.children and all(part.dep_ == "prep" for part in child.children):
            child.pos_, child.tag_, child.dep_, child.lemma_ = "NOUN", "NN", "nsubj", child.lower_
            return True
    return False


def _only_verb(verb: Word) -> None:
    """A past tense, hung under its subject as a participle: "A missile ploughed into a clinic"."""
    noun = verb.head
    after = next((child for child in verb.children if child.i == verb.i + 1), None)
    if noun.head is not noun or noun.i != verb.i - 1 or noun.pos_ not in ("NOUN", "PROPN") or after is None:
        return
    if after.dep_ != "prep" or after.lower_ == "by":
        return
    others = [child for child in noun.children if child.i > verb.i or child.dep_ in ("prep", "punct", "advmod")]
    above_subject(verb, others)


def above_subject(verb: Word, others: Sequence[Word]) -> None:
    """Hang the noun that a past tense was hung under below the verb, as its subject, with `others` of its children."""
    noun = verb.head
    noun.children = [child for child in noun.children if child not in others and child is not verb]
    for child in others:
        child.head = verb
    verb.head, verb.dep_, verb.tag_ = verb, "ROOT", "VBD"
    noun.head, noun.dep_ = verb, "nsubj"
    verb.children = sorted([*verb.children, *others, noun], key=lambda child: child.i)


def _subject_of(verb: Word) -> str:
    return "nsubjpass" if any(child.dep_ == "auxpass" for child in verb.children) else "nsubj"


def _in_opening_phrase(verb: Word, last: int) -> bool:
    """Take the subject out of the phrase before it: "On 11 April Russian missiles destroyed the power station"."""
    opening = next((child for child in verb.children if child.dep_ == "prep" and child.i < last), None)
    if opening is None:
        return False
    noun = opening
    while True:
        below = [child for child in noun.children if child.i > noun.i and child.dep_ in _SPINE]
        if not below:
            return False
        noun = below[-1]
        end = next((child for child in reversed(noun.children) if child.i < noun.i and _ends_phrase(child, noun)), None)
        if end is not None and noun.lower_ not in _DATES and verb.doc[last] in noun.subtree:
            break
    above = noun.head
    earlier = [child for child in noun.children if child.i < end.i]
    noun.children = [child for child in noun.children if child.i > end.i]
    end.children = sorted([*earlier, *end.children], key=lambda child: child.i)
    for child in earlier:
        child.head = end
    above.children[above.children.index(noun)] = end
    end.head, end.dep_ = above, noun.dep_
    noun.head, noun.dep_ = verb, _subject_of(verb)
    verb.children = sorted([*verb.children, noun], key=lambda child: child.i)
    return True


def _ends_phrase(word: Word, noun: Word) -> bool:
    """Whether the opening phrase ends with `word` and the subject `noun` begins after it."""
    if word.dep_ not in ("compound", "nmod", "nummod", "amod", "npadvmod"):
        return False
    if word.lower_ in _DATES:
        return True
    if word.dep_ == "nummod":
        return len(word.text) == 4 and word.text.isdigit() and word.text[:2] in ("19", "20")
    return word.pos_ == "PROPN" and noun.pos_ == "NOUN" and noun.lower_ not in _AREAS


def _coordinated(verb: Word, last: int) -> None:
    """Take the noun that was coordinated with what is before it: "took the hill and two villages fell"."""
    noun = _conjunct_up_to(verb, last) or next(
        (c for c in verb.head.children if c.dep_ == "conj" and c.pos_ == "NOUN" and verb.head.i < c.i <= last), None
    )
    if noun is None or verb.head is verb or noun.head is verb or verb in noun.subtree:
        return
    if noun.head is verb.head and verb.head.pos_ != "VERB":
        return
    noun.head.children.remove(noun)
    noun.head, noun.dep_ = verb, _subject_of(verb)
    verb.dep_ = "conj"
    verb.children = sorted([*verb.children, noun], key=lambda child: child.i)


def _object_before_and(verb: Word) -> None:
    """Share out "X and Y" between two verbs of which each needs one: "seized Lyman and Kreminna was abandoned"."""
    first = verb.head
    if first.i > verb.i or first.lemma_ not in _WITH_OBJECT or first.tag_ not in _FINITE:
        return
    if any(child.dep_ in ("dobj", "auxpass", "dative") for child in first.children):
        return
    noun = next((child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")), None)
    if noun is None or noun.i < first.i or min(part.i for part in noun.subtree) != first.i + 1:
        return
    second = next((child for child in noun.children if child.dep_ == "conj"), None)
    if second is None or second.i > verb.i or any(child.dep_ == "conj" for child in second.children):
        return
    start = min(part.i for part in second.subtree)
    if verb.doc[start - 1].lower_ != "and":
        return
    noun.children.remove(second)
    verb.children.remove(noun)
    second.head, second.dep_ = verb, noun.dep_
    noun.head, noun.dep_, verb.dep_ = first, "dobj", "conj"
    verb.children = sorted([*verb.children, second], key=lambda child: child.i)
    first.children = sorted([*first.children, noun], key=lambda child: child.i)


def _conjunct_up_to(verb: Word, last: int) -> Word | None:
    """Return the noun after "and" whose phrase ends right before the verb."""
    noun = verb.doc[last]
    while noun.dep_ in ("pobj", "prep", "compound") and noun.head.i < noun.i:
        noun = noun.head
    if noun.dep_ != "conj" or noun.pos_ not in ("NOUN", "PROPN", "NUM", "PRON") or noun.head.dep_ not in _OBJECTS:
        return None
    first = min(part.i for part in noun.subtree)
    return noun if first > 0 and verb.doc[first - 1].lower_ in ("and", "but", ";", ",") else None
