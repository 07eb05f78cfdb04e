"""What the small English model gets wrong in the same way again and again, put right. Part of syntax, after the parse.

It takes "were encircled" for an adjective and "Three villages liberated near Lyman" for an active clause.
The rules after it ask only who did what to whom, so the parse is set right once, here.
"""

from typing import Final

from services.extract.stages.parse import Parse, Word
from services.extract.stages.subjects import above_subject, with_subjects
from services.extract.stages.triggers.inflect import verb_forms
from services.extract.stages.wordlists import word_list

_ACTED_ON: Final = word_list("repair", "transitive")
"""Verbs that always have an object: without one, a past form of theirs is a participle."""
_PARTICIPLES: Final = {
    form: verb for verb in sorted(_ACTED_ON) for form in verb_forms(verb) if form.endswith(("ed", "n", "ught", "lost"))
}
_ONLY_PARTICIPLES: Final = word_list("repair", "participles")
"""Past participles that are no past tense: "taken", "driven"."""
_OBJECTS: Final = frozenset({"dobj", "dative", "ccomp", "xcomp", "oprd", "attr", "npadvmod"})
_HELD: Final = word_list("repair", "held")
"""States of places that are told before their names."""
_FINITE_TAGS: Final = frozenset({"VBD", "VBZ", "VBP"})
_PAST: Final = word_list("repair", "past")
_VERB_ONLY: Final = {"retook": "retake", "overran": "overrun", "recaptured": "recapture", "seized": "seize"}
_PLAIN: Final = word_list("repair", "plain")
"""Verbs whose plain form is a noun, too."""
_LOOSE: Final = frozenset({"dep", "advmod", "npadvmod"})
_AUXILIARIES: Final = frozenset({"be", "have", "do", "go", "get"})
_CLAUSAL: Final = frozenset({"advcl", "acl", "pcomp", "ccomp", "conj", "dep", "xcomp", "relcl"})
_PREDICATES: Final = frozenset({"acomp", "oprd", "xcomp"})
_MAIN: Final = frozenset({"ROOT", "ccomp", "conj", "relcl", "parataxis"})
_LINKS: Final = frozenset({"be", "get"})
_BEARINGS: Final = word_list("repair", "bearings")


_RIGHT: Final = frozenset("IN DT CC CD TO PRP PRP$ MD POS WDT WP , . : '' ``".split())  # noqa: SIM905
"""Tags of words that no repair begins with."""


def repaired(parse: Parse) -> Parse:
    """Set tags and dependencies right, in place, and return `parse`."""
    for word in parse:
        if word.tag_ in _RIGHT:
            continue
        if word.lower_ in _HELD and word.dep_ in _CLAUSAL:
            _state_of_place(word)
            if word.pos_ == "ADJ":
                _adjective(word)
            elif word.tag_ == "VBD":
                _unseen_passive(word)
        elif word.tag_ == "VBD":
            _unseen_passive(word)
        elif word.tag_ == "VBN" and word.head is word:
            _after_name_and_dash(word)
            if _said_of_subject(word):
                _bare_participle(word)
        elif word.tag_ == "VBN" and word.dep_ == "amod":
            _second_verb(word)
        elif word.tag_ == "VBN" and _said_of_subject(word):
            _bare_participle(word)
        elif word.tag_ == "VBN" and word.dep_ == "acl" and word.lower_ in _PAST:
            _verb_after_participle(word)
        elif word.tag_ == "VBN" and word.i > 1 and word.doc[word.i - 1].text == ",":
            _after_name(word)
        elif word.tag_ == "VBZ" and word.dep_ == "compound":
            _headline_verb(word)
        elif word.lower_ == "attempts" and word.tag_ == "VBZ" and word.head is word:
            _attempts(word)
        elif word.tag_ == "NN" and word.lower_ in _PLAIN:
            _after_people(word)
        elif word.tag_ == "VBZ" and word.dep_ == "ccomp":
            _plural_noun(word)
        elif word.dep_ == "ccomp" and word.lower_ in _BEARINGS:
            _bearing(word)
        elif word.pos_ == "ADJ" and word.lower_ == "advanced" and _said_of_subject(word):
            word.pos_, word.tag_, word.lemma_ = "VERB", "VBD", "advance"
        elif word.pos_ == "ADJ" and word.lower_ in _PARTICIPLES:
            if word.dep_ in _PREDICATES:
                _predicate(word)
            else:
                _adjective(word)
        elif word.dep_ == "relcl" and word.pos_ == "NOUN" and word.lower_ in _VERB_ONLY:
            _relative_verb(word)
        elif word.dep_ in _LOOSE and word.pos_ == "NOUN" and word.i and word.doc[word.i - 1].tag_ == "VB":
            _object_of_last(word)
        elif word.dep_ == "npadvmod" and word.pos_ == "NOUN" and word.head.pos_ == "ADV":
            _subject_after_adverb(word)
        elif word.dep_ == "aux" and word.tag_ == "VBG" and word.lemma_ not in _AUXILIARIES:
            _noun_in_ing(word)
        elif word.dep_ == "nsubj" and word.pos_ == "PROPN" and word.head.tag_ in _FINITE_TAGS:
            _object_before_comma(word)
        elif word.dep_ == "compound" and word.pos_ == "PROPN" and word.head.dep_ == "pobj":
            _subject_after_place(word)
    return with_subjects(parse)


def _said_of_subject(word: Word) -> bool:
    """True for a form with a subject and neither an auxiliary nor an object: "Lyman: retaken", "the enemy advanced"."""
    deps = {child.dep_ for child in word.children}
    return "nsubj" in deps and deps.isdisjoint({"aux", "auxpass", "dobj", "cop"})


def _bare_participle(word: Word) -> None:
    """A participle that its subject is acted on by, without the auxiliary: "Lyman: retaken"."""
    if word.lower_ in _PARTICIPLES or word.lower_ in _ONLY_PARTICIPLES:
        for child in word.children:
            if child.dep_ == "nsubj":
                child.dep_ = "nsubjpass"


def _after_name_and_dash(word: Word) -> None:
    """What a line of a bulletin tells of the name before its dash: "Novomykhailivka - liberated"."""
    if word.lower_ not in _PARTICIPLES and word.lower_ not in _ONLY_PARTICIPLES:
        return
    deps = {child.dep_ for child in word.children}
    if not deps.isdisjoint({"nsubj", "nsubjpass", "aux", "auxpass", "dobj"}):
        return
    for child in word.children:
        after = word.doc[child.i + 1 : child.i + 2]
        if child.dep_ == "npadvmod" and child.pos_ == "PROPN" and child.i < word.i and after[0].text in _DASHES:
            child.dep_ = "nsubjpass"
            return


_DASHES: Final = frozenset({"-", "–", "—", ":"})


def _verb_after_participle(word: Word) -> None:
    """A past tense, hung under its subject: "Forced out of Sudzha, the battalions dug in along the border"."""
    noun = word.head
    opening = any(c.dep_ == "advcl" and c.tag_ == "VBN" and c.i < noun.i for c in noun.children)
    if noun.head is not noun or word.i != noun.i + 1 or not opening:
        return
    above = [child for child in noun.children if child.dep_ in ("advcl", "punct", "prep") and child is not word]
    above_subject(word, above)


def _attempts(word: Word) -> None:
    """A plural noun, taken for the verb: "Enemy attempts to advance near Spirne were unsuccessful"."""
    later = next((c for c in word.children if c.dep_ in ("advcl", "ccomp", "conj") and c.tag_ in _FINITE_TAGS), None)
    if later is None or any(c.dep_ in ("nsubj", "nsubjpass", "mark") for c in later.children):
        return
    kept = []
    for child in word.children:
        if child is later:
            continue
        if child.dep_ == "nsubj":
            child.dep_ = "compound"
        elif child.dep_ == "xcomp":
            child.dep_ = "acl"
        elif child.i > later.i:
            child.head = later
            later.children.append(child)
            continue
        kept.append(child)
    word.children, word.pos_, word.tag_, word.lemma_, word.dep_ = kept, "NOUN", "NNS", "attempt", "nsubj"
    word.head, later.head, later.dep_ = later, later, "ROOT"
    later.children = sorted([*later.children, word], key=lambda child: child.i)


def _after_people(word: Word) -> None:
    """A verb in the present, taken for a noun after the name of a people: "The Russians control Bakhmut"."""
    doc, at = word.doc, word.i
    people = doc[at - 1] if at else None
    if people is None or people.tag_ != "NNPS" or at + 1 >= len(doc) or doc[at + 1].pos_ not in ("PROPN", "DET"):
        return
    if people.head is not word or people.dep_ not in ("compound", "nsubj"):
        return
    thing = next((c for c in word.children if c.i > at and c.dep_ in ("appos", "dobj", "nmod")), None)
    if thing is None:
        return
    for child in [c for c in word.children if c.i < people.i and c.dep_ in ("det", "amod")]:
        child.head = people
        word.children.remove(child)
        people.children = sorted([*people.children, child], key=lambda c: c.i)
    people.dep_, thing.dep_ = "nsubj", "dobj"
    word.pos_, word.tag_, word.lemma_ = "VERB", "VBP", word.lower_


def _subject_after_adverb(noun: Word) -> None:
    """The subject, hung under the adverb before it: "Twice the enemy hit the bridge"."""
    adverb = noun.head
    verb = adverb.head
    if adverb.i > noun.i or verb.i != noun.i + 1 or verb.tag_ not in _FINITE_TAGS:
        return
    if any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children):
        return
    adverb.children.remove(noun)
    noun.head, noun.dep_ = verb, "nsubj"
    verb.children = sorted([*verb.children, noun], key=lambda child: child.i)


def _relative_verb(word: Word) -> None:
    """The verb of a relative clause, taken for a noun: "an outcrop that Ukraine retook in June 2022"."""
    word.pos_, word.tag_, word.lemma_ = "VERB", "VBD", _VERB_ONLY[word.lower_]
    for child in word.children:
        if child.dep_ == "compound":
            child.dep_ = "nsubj"


def _object_of_last(noun: Word) -> None:
    """The object of an infinitive, left hanging: "Russia leaves Lyman to escape encirclement"."""
    verb = noun.doc[noun.i - 1]
    if verb.head is noun.head and not any(c.dep_ in _OBJECTS for c in verb.children):
        noun.head.children.remove(noun)
        noun.head, noun.dep_ = verb, "dobj"
        verb.children.append(noun)


def _noun_in_ing(word: Word) -> None:
    """A noun in -ing, taken for an auxiliary: "In Kherson shelling wounded two people"."""
    verb = word.head
    if word.i + 1 == verb.i and not any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children):
        word.pos_, word.tag_, word.dep_, word.lemma_ = "NOUN", "NN", "nsubj", word.lower_


def _object_before_comma(name: Word) -> None:
    """An object, taken for the next subject: "The troops left Krynky, the governor Saldo stated"."""
    said = name.head
    verb = next((c for c in said.children if c.dep_ == "ccomp" and c.i == name.i - 1 and c.tag_ in _FINITE_TAGS), None)
    speaker = next((c for c in name.children if c.dep_ == "appos" and c.i > name.i + 1), None)
    if verb is None or speaker is None or name.doc[name.i + 1].text != ",":
        return
    if any(child.dep_ in _OBJECTS for child in verb.children):
        return
    after = [child for child in name.children if child.i > name.i and child is not speaker]
    name.children = [child for child in name.children if child.i < name.i]
    name.head, name.dep_, speaker.head, speaker.dep_ = verb, "dobj", said, "nsubj"
    for child in after:
        child.head = said
    said.children = sorted([*(c for c in said.children if c is not name), speaker, *after], key=lambda child: child.i)
    verb.children = sorted([*verb.children, name], key=lambda child: child.i)


def _subject_after_place(name: Word) -> None:
    """The subject, taken for what a place is in: "In Kostiantynivka shells tore through the roof"."""
    noun = name.head
    before, verb = noun.head, noun.head.head
    if before.i or name.i != 1 or noun.i != 2 or verb.i != 3 or verb.tag_ not in _FINITE_TAGS or verb.head is not verb:
        return
    if any(child.dep_ in ("nsubj", "nsubjpass", "expl") for child in verb.children):
        return
    noun.children.remove(name)
    before.children = [name if child is noun else child for child in before.children]
    name.head, name.dep_, noun.head, noun.dep_ = before, "pobj", verb, "nsubj"
    verb.children = sorted([*verb.children, noun], key=lambda child: child.i)


def _state_of_place(word: Word) -> None:
    """What only says in which state a place is, taken for a clause: "a depot near occupied Yevpatoria"."""
    if not 0 < word.i < len(word.doc) - 1 or word.head is word:
        return
    before, name = word.doc[word.i - 1], word.doc[word.i + 1]
    if before.dep_ != "prep" or name.pos_ != "PROPN" or name.head is not word or before.children:
        return
    word.head.children.remove(word)
    word.children.remove(name)
    left = [child for child in word.children if child.i > name.i]
    word.children = [child for child in word.children if child.i < name.i]
    for child in left:
        child.head = before.head
        before.head.children.append(child)
    word.head, word.dep_, word.tag_, word.pos_ = name, "amod", "VBN", "VERB"
    name.head, name.dep_ = before, "pobj"
    name.children.append(word)
    before.children.append(name)
    for changed in (name, before.head):
        changed.children.sort(key=lambda child: child.i)


def _headline_verb(verb: Word) -> None:
    """The verb of a headline, hung under its object: "Ukraine recaptures village near Bakhmut"."""
    noun = verb.head
    if (
        noun.i < verb.i
        or noun.head is not noun
        or any(child.dep_ in ("nsubj", "cop", "aux") for child in noun.children)
    ):
        return
    before = [child for child in noun.children if child.i < verb.i]
    noun.children = [child for child in noun.children if child.i > verb.i]
    for child in before:
        child.head = verb
        if (
            child is before[-1]
            and child.pos_ in ("NOUN", "PROPN")
            and not any(c.dep_ == "nsubj" for c in verb.children)
        ):
            child.dep_ = "nsubj"
    verb.children = sorted([*verb.children, *before, noun], key=lambda child: child.i)
    verb.head, verb.dep_, noun.head, noun.dep_ = verb, "ROOT", verb, "dobj"


def _unseen_passive(verb: Word) -> None:
    """A participle without its auxiliary, taken for a past tense: "Two villages liberated near Lyman"."""
    if any(child.dep_ in ("aux", "auxpass") for child in verb.children):
        return
    if verb.lower_ not in _ONLY_PARTICIPLES:
        if verb.lower_ not in _PARTICIPLES or any(child.dep_ in _OBJECTS for child in verb.children):
            return
        if verb.dep_ == "relcl" or any(child.dep_ == "conj" and child.pos_ == "VERB" for child in verb.children):
            return
        if verb.dep_ == "conj":
            _after_passive(verb)
            return
        if not any(child.dep_ == "nsubj" and child.i < verb.i for child in verb.children):
            return
    verb.tag_ = "VBN"
    for child in verb.children:
        if child.dep_ == "nsubj" and not any(other.dep_ == "dobj" for other in verb.children):
            child.dep_ = "nsubjpass"


def _after_passive(verb: Word) -> None:
    """A participle after a passive, taken for a past tense: "was encircled on Monday and liberated on Friday"."""
    before = verb.head
    passive = before.tag_ == "VBN" and any(child.dep_ == "auxpass" for child in before.children)
    if passive and not any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children):
        verb.tag_ = "VBN"


def _adjective(word: Word) -> None:
    """A verb, taken for an adjective: "were nearly encircled by", "Surrounded in X, "."""
    deps = {child.dep_ for child in word.children}
    if "auxpass" in deps or "agent" in deps or (word.dep_ == "advcl" and "dobj" not in deps):
        tag = "VBN"
    elif word.dep_ in _MAIN and "dobj" in deps:
        tag = "VBD"
    else:
        return
    word.pos_, word.tag_, word.lemma_ = "VERB", tag, _PARTICIPLES[word.lower_]


def _predicate(word: Word) -> None:
    """A participle after "be", taken for an adjective: it is the verb, "be" its auxiliary."""
    word.pos_, word.tag_, word.lemma_ = "VERB", "VBN", _PARTICIPLES[word.lower_]
    link = word.head
    if word.dep_ == "xcomp" or link.base_ not in _LINKS or link.i > word.i:
        return
    for child in link.children:
        if child is word:
            continue
        if child.dep_ == "nsubj":
            child.dep_ = "nsubjpass"
        child.head = word
        word.children.append(child)
    word.dep_, link.dep_ = link.dep_, "auxpass"
    if link.head is link:
        word.head = word
    else:
        above = link.head
        above.children[above.children.index(link)] = word
        word.head = above
    link.head, link.children = word, []
    word.children.append(link)
    word.children.sort(key=lambda child: child.i)
    word.head.children.sort(key=lambda child: child.i)


def _plural_noun(word: Word) -> None:
    """A plural noun, taken for a verb: in "stopped 12 enemy attempts to advance" it is the attempts that are 12."""
    noun = next(
        (child for child in word.children if child.dep_ in ("nsubj", "compound") and child.i == word.i - 1), None
    )
    if noun is None or noun.tag_ != "NN" or any(child.dep_ == "dobj" for child in word.head.children):
        return
    numbers = [child for child in noun.children if child.dep_ == "nummod" and child.lower_ not in ("one", "1")]
    if not numbers:
        return
    word.pos_, word.tag_, word.dep_ = "NOUN", "NNS", "dobj"
    word.lemma_ = word.lower_.removesuffix("s")
    noun.dep_ = "compound"
    for child in word.children:
        if child.dep_ == "xcomp":
            child.dep_ = "acl"
    for number in numbers:
        noun.children.remove(number)
        number.head = word
        word.children.append(number)
    word.children.sort(key=lambda child: child.i)


def _bearing(word: Word) -> None:
    """A bearing, taken for a clause: "made gains west of Kreminna" has gains for its object."""
    verb = word.head
    noun = next((child for child in word.children if child.dep_ == "nsubj" and verb.i < child.i < word.i), None)
    if noun is None or verb.pos_ != "VERB" or any(child.dep_ in ("dobj", "mark") for child in verb.children):
        return
    word.children.remove(noun)
    noun.head, noun.dep_, word.dep_ = verb, "dobj", "advmod"
    verb.children.append(noun)
    verb.children.sort(key=lambda child: child.i)


def _second_verb(word: Word) -> None:
    """A verb after "and", taken for a participle: "occupied the heights and inflicted losses on the brigade"."""
    before, noun = word.doc[word.i - 1], word.head
    if word.i < 2 or before.lower_ != "and" or before.dep_ != "cc" or before.head.pos_ != "VERB" or noun.i < word.i:
        return
    verb = before.head
    if verb.i > word.i or noun in (verb, verb.head) or verb in noun.subtree:
        return
    if not any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children) or noun.head is noun:
        return
    noun.children.remove(word)
    noun.head.children.remove(noun)
    word.head, word.dep_, noun.head, noun.dep_ = verb, "conj", word, "dobj"
    verb.children.append(word)
    word.children.append(noun)
    verb.children.sort(key=lambda child: child.i)
    word.children.sort(key=lambda child: child.i)


def _after_name(word: Word) -> None:
    """A participle between commas, hung elsewhere: "In Irpin, retaken on Monday, the mayor said"."""
    name, verb = word.doc[word.i - 2], word.head
    if name.pos_ != "PROPN" or verb in (word, name):
        return
    if any(child.dep_ in ("nsubj", "nsubjpass", "aux", "auxpass", "dobj") for child in word.children):
        return
    before = name.head
    if before.dep_ == "prep" and before.head is word and verb.i > word.i:
        word.children.remove(before)
        before.head = verb
        verb.children.append(before)
    elif name in word.subtree or word.dep_ not in ("advcl", "prep", "acl", "dep", "conj", "relcl", "appos"):
        return
    verb.children.remove(word)
    word.head, word.dep_ = name, "acl"
    name.children.append(word)
    for changed in (verb, name):
        changed.children.sort(key=lambda child: child.i)
