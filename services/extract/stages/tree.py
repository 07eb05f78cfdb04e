"""Who does what in one parsed sentence: logical subjects and objects of verbs and of nouns, whatever the construction.

Pure functions over spaCy tokens, used by triggers and arguments. "Logical" means with passives, relatives, participles,
controlled infinitives, light verbs and coordination undone.
"""

from collections.abc import Iterator
from typing import Final

from services.extract.stages.parse import Word
from services.extract.stages.wordlists import word_list

Token = Word

SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj"})
OBJECT_CONTROL: Final = word_list("tree", "object_control")
LIGHT: Final = word_list("tree", "light")
"""Verbs whose subject is the one who does what their object names: "launched an attack", "suffered losses"."""
PASSIVE_AUX: Final = frozenset({"auxpass", "nsubjpass"})


def is_verb(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB")


def children(token: Token, *deps: str) -> list[Token]:
    return [c for c in token.children if c.dep_ in deps]


def first(token: Token, *deps: str) -> Token | None:
    for child in token.children:
        if child.dep_ in deps:
            return child
    return None


def conjuncts(token: Token) -> list[Token]:
    """Return `token` and what is coordinated with it, in the order of the text."""
    found, queue = [token], [token]
    while queue:
        for child in queue.pop().children:
            if child.dep_ in ("conj", "appos") and (child.dep_ == "conj" or child.pos_ == "PROPN"):
                found.append(child)
                queue.append(child)
    return sorted(found, key=lambda t: t.i) if len(found) > 1 else found


def is_passive(verb: Token) -> bool:
    """True for passive clauses and for participles that modify what was done to ("the town seized on Monday")."""
    if any(c.dep_ in PASSIVE_AUX for c in verb.children):
        return True
    if verb.tag_ == "VBN" and verb.dep_ in ("acl", "amod", "advcl", "relcl", "nmod") and not _has_aux(verb):
        return first(verb, "dobj") is None or verb.dep_ == "acl"
    if verb.tag_ in ("VBN", "VBD") and first(verb, "agent") is not None and first(verb, "dobj") is None:
        return True
    participle = verb.tag_ == "VBN" or (verb.tag_ == "VBD" and (verb.lower_ in _LIKE_THE_PAST or _after_reduced(verb)))
    if (
        verb.dep_ == "conj"
        and participle
        and first(verb, "dobj") is None
        and not any(c.dep_ in SUBJECTS for c in verb.children)
    ):
        return not _has_aux(verb) and verb.head.i < verb.i and is_verb(verb.head) and is_passive(verb.head)
    if verb.tag_ == "VBN" and verb.dep_ in ("ccomp", "xcomp") and not _has_aux(verb):
        return True
    return bool(verb.tag_ == "VBN" and not _has_aux(verb) and first(verb, "dobj", "nsubj") is None)


_LIKE_THE_PAST: Final = word_list("tree", "like_the_past")
"""Participles of what is done to somebody that look like the past tense: "was led out and shot"."""

_ACTED_ON: Final = word_list("repair", "transitive")


def _after_reduced(verb: Token) -> bool:
    """True for the second participle behind a noun: "the town, lost in May and regained in October"."""
    return verb.head.dep_ == "acl" and verb.head.tag_ == "VBN" and verb.lemma_ in _ACTED_ON


_REPORTING: Final = word_list("tree", "reporting")


def _reported(verb: Token) -> bool:
    """True for "reported 54 drones brought down", where the parser sees an active clause."""
    if verb.tag_ in ("VBD", "VBN") and verb.base_ in ("shoot", "bring", "take", "knock", "swat"):
        down = any(c.lower_ == "down" for c in verb.children)
        return down and not any(c.dep_ in ("aux", "auxpass", "dobj") for c in verb.children)
    return bool(
        verb.dep_ == "ccomp"
        and verb.tag_ in ("VBD", "VBN")
        and verb.head.base_ in _REPORTING
        and not any(c.dep_ in ("aux", "mark", "dobj") for c in verb.children)
    )


def _has_aux(verb: Token) -> bool:
    return any(
        c.dep_ == "aux" and c.lower_ in ("have", "has", "had", "having", "'ve", "’ve", "'s") for c in verb.children
    )


def agent(token: Token) -> Token | None:
    """Return the noun of a by-phrase."""
    for child in token.children:
        if child.lower_ == "by" and child.dep_ in ("agent", "prep"):
            noun = first(child, "pobj")
            if noun is not None:
                return noun
    if token.i + 1 < len(token.doc) and token.nbor(1).lower_ == "by" and token.pos_ in ("NOUN", "PROPN"):
        return first(token.nbor(1), "pobj")
    return None


def grammatical_subject(verb: Token, depth: int = 0) -> Token | None:
    """Return the subject noun of a verb, its own or the one it shares or is controlled by."""
    if depth > 8:
        return None
    own = _nearest_subject(verb) or _subject_clause(verb)
    if own is not None:
        if own.lower_ in ("who", "which", "that") and verb.dep_ in ("relcl", "ccomp"):
            return _antecedent(verb) or _noun_before(own)
        return own
    dep, head = verb.dep_, verb.head
    if head.i == verb.i:
        return None
    if dep == "relcl":
        if any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children):
            return _who_was_first(head, depth) or head  # "the first city to fall"
        return None if first(verb, "dobj") is None and not is_passive(verb) else head
    if dep == "acl":
        if head.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "ADJ") and verb.tag_ in ("VBG", "VBN"):
            return head
        return _noun_owner(head, depth)
    if dep in ("conj", "dep") and is_verb(head):
        return grammatical_subject(head, depth + 1)
    if dep in ("xcomp", "ccomp") and is_verb(head):
        if head.lemma_ in OBJECT_CONTROL:
            thing = first(head, "dobj")
            if thing is not None and thing.i < verb.i:
                return thing
        return grammatical_subject(head, depth + 1)
    if dep in ("xcomp", "acomp", "oprd") and head.pos_ == "ADJ":
        return grammatical_subject(head.head, depth + 1) if is_verb(head.head) else None
    if dep in ("acomp", "oprd", "advcl") and is_verb(head):
        return grammatical_subject(head, depth + 1)
    if dep == "pcomp":
        governor = head.head
        if is_verb(governor):
            if head.lower_ == "by" and verb.tag_ == "VBG" and is_passive(governor):
                return None  # "were wounded by shelling": who shelled is not told
            if governor.lemma_ in ("accuse", "suspect", "prevent", "stop", "keep", "deter", "charge", "discourage"):
                thing = first(governor, "dobj", "nsubjpass")
                if thing is not None:
                    return thing
            return grammatical_subject(governor, depth + 1)
        return _noun_owner(governor, depth)
    if dep in ("amod", "compound", "nmod"):
        return head if is_verb(verb) else None
    return None


def _nearest_subject(verb: Token) -> Token | None:
    """Return the subject after the colon, where there are two: "Smoke over the port: marines have landed"."""
    found = None
    for child in verb.children:
        if child.dep_ in ("nsubj", "nsubjpass"):
            if found is None:
                found = child
            elif child.i < verb.i and any(t.text == ":" for t in verb.doc[found.i : child.i]):
                return child
    if found is None:
        for child in verb.children:  # "Izium remains occupied" hangs the town on the auxiliary
            if child.dep_ == "auxpass":
                return first(child, "nsubj", "nsubjpass")
    return found


def _subject_clause(verb: Token) -> Token | None:
    """Return what a clause in the subject's place names: "shelling" in "Shelling by Ukrainian troops took two lives".

    Of "What was left of the battalion" it is the battalion.
    """
    clause = first(verb, "csubj")
    if clause is None:
        return None
    if clause.lower_ in _LEFT and any(c.lower_ == "what" for c in clause.children):
        return next((thing for preposition, thing in prepositions(clause) if preposition == "of"), None)
    return clause if clause.tag_ == "VBG" else None


_LEFT: Final = frozenset({"left", "remains", "remained", "survived"})


def _who_was_first(rank: Token, depth: int) -> Token | None:
    """Return of whom it is said: "His unit was the last to leave", "They were among the first to enter"."""
    if rank.lower_ not in _RANKS:
        return None
    verb = rank.head.head if rank.dep_ == "pobj" and rank.head.lower_ == "among" else rank.head
    if rank.dep_ not in ("attr", "acomp", "pobj") or not is_verb(verb) or verb.i > rank.i:
        return None
    return grammatical_subject(verb, depth + 1)


_RANKS: Final = word_list("tree", "ranks")


def _antecedent(verb: Token) -> Token | None:
    return verb.head if verb.head.i != verb.i and verb.head.i < verb.i else None


def _person_before(verb: Token) -> Token | None:
    """Return whom "whom" stands for: in "children from Stanislav, whom volunteers took away" the children."""
    noun = verb.head
    if noun.dep_ == "pobj" and noun.pos_ == "PROPN" and noun.head.head.pos_ in ("NOUN", "PRON", "NUM"):
        return noun.head.head
    return _antecedent(verb)


def _noun_before(pronoun: Token) -> Token | None:
    """Return the noun that stands right before a relative pronoun: "At Tokmak, that fell on Monday, …"."""
    at = pronoun.i - 1
    if at > 0 and pronoun.doc[at].text == ",":
        at -= 1
    before = pronoun.doc[at] if at >= 0 else pronoun
    return before if before.pos_ in ("NOUN", "PROPN") else None


def _noun_owner(noun: Token, depth: int) -> Token | None:
    """Return whose attempt, order or plan it is: "its attempt to take X", "Moscow made an attempt to take X"."""
    owner = first(noun, "poss")
    if owner is not None:
        return owner
    if noun.dep_ in ("dobj", "attr", "pobj") and is_verb(noun.head):
        return grammatical_subject(noun.head, depth + 1)
    if noun.dep_ == "pobj" and noun.head.head.i != noun.i and is_verb(noun.head.head):
        return grammatical_subject(noun.head.head, depth + 1)
    return agent(noun)


def verb_subject(verb: Token) -> Token | None:
    """Return the logical subject: who does it."""
    if is_passive(verb) or _reported(verb):
        doer = agent(verb)
        if doer is None and verb.dep_ == "conj":
            return None
        return doer
    return grammatical_subject(verb)


def predicate_subject(word: Token) -> Token | None:
    """Return what an adjective, adverb or preposition is said of: "Three villages are back under our flag"."""
    if word.dep_ in ("amod", "acl"):
        return word.head
    verb = clause_verb(word)
    if word.pos_ == "NOUN" and word.dep_ == "pobj" and word.head.lower_ == "by" and is_passive(verb):
        return None  # "residents were killed by shelling" did not shell
    return grammatical_subject(verb) if is_verb(verb) else None


def verb_object(verb: Token) -> Token | None:
    """Return the logical object: to what or whom it is done."""
    thing = _given(verb) or first(verb, "dative")  # "give Ukraine mines" gives mines
    if thing is not None and thing.lower_ not in ("which", "that", "whom"):
        return thing
    if is_passive(verb) or _reported(verb):
        return grammatical_subject(verb)
    if verb.dep_ == "relcl" and first(verb, "nsubj") is not None:
        subject = first(verb, "nsubj")
        if subject is not None and subject.lower_ not in ("who", "which", "that"):
            return _person_before(verb) if thing is not None and thing.lower_ == "whom" else _antecedent(verb)
    if verb.dep_ in ("amod",):
        return verb.head
    # "shelled and captured the town": an object after the last of coordinated verbs is everybody's
    for child in verb.children:
        if child.dep_ == "conj" and is_verb(child) and child.i - verb.i <= 4 and first(child, "nsubj") is None:
            return first(child, "dobj")
    return None


def _given(verb: Token) -> Token | None:
    """Return the direct object; of two without "and" the second: "promise Kyiv 40 billion euros" promises the euros."""
    things = children(verb, "dobj")
    if len(things) == 2 and things[0].pos_ == "PROPN" and things[1].pos_ in ("NOUN", "NUM", "PROPN"):
        return things[1]
    return things[0] if things else None


def prepositions(token: Token) -> Iterator[tuple[str, Token]]:
    """Yield (preposition, noun) for the prepositional phrases of a verb or noun, through particles and "out of"."""
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative", "prt", "advmod") or child.pos_ in ("ADP", "SCONJ"):
            for grand in child.children:
                if grand.dep_ in ("pobj", "dobj", "npadvmod"):
                    yield child.lower_, grand
                elif grand.dep_ == "prep":
                    for noun in children(grand, "pobj"):
                        yield grand.lower_, noun
                        yield f"{child.lower_}_{grand.lower_}", noun
    if token.dep_ == "relcl":
        for child in token.children:
            if child.dep_ == "prep" and any(g.lower_ in ("which", "whom") for g in child.children):
                yield child.lower_, token.head


def light_verb(noun: Token) -> Token | None:
    """Return the verb that `noun` is the object or passive subject of, where it says only that it was done."""
    head = noun
    while head.dep_ == "conj" and head.head.i != head.i:
        head = head.head
    verb = head.head
    if head.dep_ in ("dobj", "nsubjpass") and is_verb(verb) and verb.base_ in LIGHT:
        return verb
    if head.dep_ == "pobj" and verb.dep_ == "prep" and is_verb(verb.head):
        governor = verb.head
        if (governor.base_, verb.lower_) in _LIGHT_WITH:
            return governor
    return None


_LIGHT_WITH: Final = frozenset(
    {("carry", "out"), ("go", "on"), ("switch", "to"), ("engage", "in"), ("proceed", "with"), ("resort", "to"),
     ("start", "with"), ("begin", "with"), ("prepare", "for"), ("succeed", "in"), ("persist", "in"), ("go", "over")}
)  # fmt: skip


def noun_subject(noun: Token, subject_of: bool = False) -> Token | None:
    """Return who does what `noun` names: its owner, its by-phrase, or the subject of its light verb.

    `subject_of`: the of-phrase names the doer ("the withdrawal of Russian troops").
    """
    doer = agent(noun)
    if doer is not None:
        return doer
    owner = first(noun, "poss")
    if owner is not None and owner.lower_ in ("its", "their", "his", "her"):
        verb = noun.head if noun.dep_ in ("dobj", "pobj") else noun
        verb = verb.head if verb.dep_ == "prep" else verb
        subject = grammatical_subject(verb) if is_verb(verb) else None
        return owner if subject is None else subject
    if owner is not None:
        return owner
    if subject_of:
        for preposition, thing in prepositions(noun):
            if preposition == "of":
                return thing
    light = light_verb(noun)
    if light is not None:
        return verb_subject(light)
    if noun.dep_ == "pobj" and noun.head.lower_ in ("of", "for") and noun.head.head.base_ in _ACCUSE:
        return first(noun.head.head, "dobj", "nsubjpass")
    if noun.dep_ == "pobj" and noun.head.lower_ == "on" and noun.head.head.lemma_ in ("be", "go", "remain"):
        return grammatical_subject(noun.head.head)
    return None


_ACCUSE: Final = word_list("tree", "accuse")
"""Verbs whose object is said to have done what follows: "accused Kyiv of an attack"."""


def noun_object(noun: Token) -> Token | None:
    """Return what is done to: the of-phrase, or one with on, against, at, over."""
    found: dict[str, Token] = {}
    for preposition, thing in prepositions(noun):
        found.setdefault(preposition, thing)
    for preposition in ("of", "on", "against", "at", "over", "upon", "into"):
        if preposition in found:
            return found[preposition]
    verb = light_verb(noun)
    if verb is not None:
        for preposition, thing in prepositions(verb):
            if preposition in ("on", "against", "at", "upon", "over"):
                return thing
    return None


def ancestors(token: Token) -> Iterator[Token]:
    """Yield the token's head, the head's head, …"""
    while token.head.i != token.i:
        token = token.head
        yield token


def clause_verb(token: Token) -> Token:
    """Return the verb of the clause that `token` stands in, or the sentence's root."""
    if is_verb(token) and token.dep_ not in ("amod", "compound"):
        return token
    last = token
    for last in ancestors(token):
        if is_verb(last) and last.dep_ not in ("amod", "aux", "auxpass"):
            return last
    return last
