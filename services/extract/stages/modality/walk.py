"""The walk from an event's word up the sentence's dependency tree, collecting what bears on its modality.

Pure: tokens in, state and evidence out. Tokens are spaCy's (`text`, `i`, `dep_`, `tag_`, `pos_`, `head`, `children`).
The walk ends at a relative clause, at a clause that somebody is quoted with, and at the root.
"""

from collections.abc import Iterator
from typing import Any, Final

from services.extract.stages.modality.compose import Effect, State, compose
from services.extract.stages.modality.lexicon import Lexicon, lexicon
from services.extract.stages.parse import text_of
from services.extract.stages.tree import Token

Evidence = list[tuple[str, Any]]

_OF_NOW: Final = frozenset({"still", "already", "now", "currently"})
"""Adverbs that a verb takes in telling, not in demanding: "insists that its troops still hold the town"."""
_MAX_STEPS: Final = 25
_REACH: Final = 9
"""Words before an infinitive among which stands what it lacks: "not enough men", "neither the men nor the shells"."""
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_CLAUSAL: Final = frozenset({"xcomp", "ccomp", "pcomp", "acl", "csubj", "csubjpass"})
_OBJECT: Final = frozenset({"dobj", "obj", "nsubjpass", "dative", "oprd", "attr"})
_BREAKS: Final = frozenset({";", '"', "“", "”", ":"})
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP"})


class Walk:
    """One event's walk. `state` and `evidence` hold the outcome after `run`."""

    def __init__(self, start: Token, inside: frozenset[int], event_type: str) -> None:
        self.lexicon: Lexicon = lexicon()
        self.words = self.lexicon.words
        self.inside = inside
        self.event_type = event_type
        self.state: State = "actual"
        self.evidence: Evidence = []
        self.seen_future = False
        self.hearsay = False
        self.dated = False
        """The event dates another one: "since the capture of the town"."""
        self.token = start

    # -- outcome -----------------------------------------------------------------------------------------------------

    def apply(self, effect: Effect, token: Token) -> None:
        """Put one effect on top of the state; an attempt at an assault is the assault."""
        if effect == "attempt" and self.event_type in ("assault", "advance"):
            self.evidence.append(("attempt", token))
            return
        if effect == "believed" and self.state == "intended" and not self.seen_future:
            return
        if effect == "negated" and self.event_type == "destruction" and self._lacking(token):
            return
        if effect == "negated" and self.event_type == "casualties" and self.token.base_ == "survive":
            return  # who did not survive
        new = compose(effect, self.state)
        if effect != "actual":
            self.evidence.append((effect, token))
        self.state = new

    def _lacking(self, token: Token) -> bool:
        """Whether what is negated is light, heat or being whole: "has no power", "not one house is undamaged"."""
        behind = {t.lower_ for t in token.doc[token.i + 1 : token.i + 5]}
        return bool(behind & (self.words["lack_words"] | _WHOLE))

    def run(self) -> None:
        """Walk from the trigger to the root, innermost word first."""
        token = self.token
        if (out := self._foregone(token)) is not None:
            self.apply("negated", out)
            return
        self._own_words()
        self._modifiers(token)
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            self._auxiliaries(token)
        else:
            self._noun(token)
        for _ in range(_MAX_STEPS):
            head = token.head
            if head.i == token.i:
                break
            if not self._step(token, head):
                break
            token = head
        self._headline(token)
        self._conditions()

    def _foregone(self, verb: Token) -> Token | None:
        """The word by which a deed is told as not done or out of reach, or None.

        "Rather than to seize the city", "has not enough men to take it", "too few to storm it".
        """
        words, doc = self.words, verb.doc
        if verb.tag_ not in ("VB", "VBP"):
            return None
        to = next((c for c in verb.children if c.dep_ == "aux" and c.lower_ == "to" and c.i < verb.i), None)
        first = verb.i if to is None else to.i
        if first > 1 and doc[first - 1].lower_ == "than" and doc[first - 2].lower_ == "rather":
            return doc[first - 1]
        if to is None:
            return None
        neither = False
        for at in range(first - 1, max(-1, first - _REACH), -1):
            word = doc[at]
            if word.text in _BREAKS or word.text == ",":
                return None
            if word.lower_ == "too" and doc[at + 1].lower_ in words["scant"]:
                return word
            if word.lower_ in words["enough"] and (at + 1 < first or doc[at - 1].pos_ in ("ADJ", "ADV")):
                before = {t.lower_ for t in doc[max(0, at - 4) : at]}
                return word if before & words["negators"] or before & words["lacking"] else None
            neither = neither or word.lower_ == "nor"
            if neither and word.lower_ == "neither":
                return word
        return None

    def _own_words(self) -> None:
        """What the event's own words say where they are more than its verb: "promised", "no losses"."""
        words = self.words
        tokens = [self.token.doc[i] for i in sorted(self.inside)]
        for place, token in enumerate(tokens):
            low = token.lower_
            following = tokens[place + 1].lower_ if place + 1 < len(tokens) else ""
            if low in words["negators"] or low in words["negative_heads"] or low in ("without", "one"):
                if low == "one" and _previous(token) not in ("no", "not"):
                    continue
                if any(t.lower_ in words["lack_words"] for t in tokens):
                    continue
                if following in ("longer", "more", "only", "less", "fewer") or self.event_type in (
                    "repulse",
                    "interdiction",
                ):
                    continue
                self.apply("negated", token)
                return
            if low in words["modal_will"] and place + 1 < len(tokens):
                self.apply("intended", token)
                return
            if low in words["modal_possible"] and place + 1 < len(tokens):
                self.apply("possible", token)
                return
            if f"{low} {following}" in words["own_negated_verbs"] or low in words["own_negated_verbs"]:
                self.apply("negated", token)
                return
            if low in words["stopping_verbs"] and self.event_type in words["stoppable_types"]:
                self.apply("negated", token)
                return
            aimed = (
                self.event_type == "strike" and token.base_ == "aim" and token.tag_ == "VBN"
            )  # what is aimed is fired
            if low in words["own_intended_verbs"] and token.pos_ == "VERB" and not aimed:
                self.apply("intended", token)
                return
            if low in words["own_possible_verbs"] and token.pos_ == "VERB":
                self.apply("possible", token)
                return

    def _headline(self, root: Token) -> None:
        """ "Moscow to withdraw its troops", "Leave the town at once!": what is told is to come."""
        if root.dep_ != "ROOT" or root.tag_ != "VB" or self.state != "actual":
            return
        auxiliaries = [c for c in root.children if c.dep_ == "aux" and c.i < root.i]
        to_come = any(c.lower_ == "to" for c in auxiliaries)
        opening = not any(t.is_alpha for t in root.doc[: root.i])
        called = opening and not auxiliaries and root.doc[-1].text.endswith("!")
        if to_come or called:
            self.apply("intended", root)

    # -- one token's own dependents -----------------------------------------------------------------------------------

    def _children(self, token: Token) -> Iterator[Token]:
        for child in token.children:
            if child.i not in self.inside:
                yield child

    def _modifiers(self, token: Token) -> None:
        """Adverbs that make the whole clause possible ("has likely left")."""
        for child in self._children(token):
            if child.dep_ in ("advmod", "npadvmod"):
                effect = self.lexicon.adverbs.get(child.lower_)
                if effect is None and child.lower_ == "certainly" and _previous(child) == "almost":
                    effect = "possible"
                if child.lower_ in _SHORT_OF and child.i < token.i and self.event_type in ("capture", "encirclement"):
                    effect = "possible"
                if effect:
                    self.apply(effect, child)

    def _negator(self, token: Token) -> Token | None:
        """The word that negates this verb, noun or adjective, or None. "Not only" negates nothing."""
        words = self.words
        for child in self._children(token):
            low = child.lower_
            if (child.dep_ in ("neg", "advmod", "preconj", "cc", "det", "predet") and low in words["negators"]) or (
                child.dep_ in ("advmod", "npadvmod", "dobj") and low in ("longer", "more") and _previous(child) == "no"
            ):
                following = child.nbor(1).lower_ if child.i + 1 < len(child.doc) else ""
                if following in ("only", "just", "merely", "less", "fewer", "more") or (
                    low == "no" and child.dep_ == "cc"
                ):
                    continue
                if low == "no" and child.dep_ == "advmod" and following != "longer":
                    continue
                return child
        return None

    def _negative_argument(self, verb: Token, roles: frozenset[str]) -> Token | None:
        """A subject or object that is nobody or nothing: "no one was hurt", "not one missile was stopped"."""
        for child in self._children(verb):
            if child.dep_ in roles or (child.dep_ == "agent" and "nsubj" in roles):
                if child.lower_ in self.words["negative_heads"] or (child.lower_ == "one" and _previous(child) == "no"):
                    if _next(child) == "but" or _next(child) == "other":
                        continue
                    return child
                for grandchild in child.children:
                    low = grandchild.lower_
                    if grandchild.dep_ in (
                        "det",
                        "neg",
                        "predet",
                        "nummod",
                        "amod",
                        "advmod",
                        "quantmod",
                        "preconj",
                        "cc",
                    ):
                        if low in self.words["negative_determiners"] and _next(grandchild) not in (
                            "less",
                            "fewer",
                            "more",
                        ):
                            return grandchild
                        if low == "not" and _next(grandchild) in ("one", "a"):
                            return grandchild
                        if low == "one" and _previous(grandchild) in ("not", "no"):
                            return grandchild
        return None

    def _auxiliaries(self, verb: Token, *, through: bool = False) -> None:
        """Modal verbs, "to be to", and negation of a verb, in the order in which they scope."""
        words = self.words
        modal: Token | None = None
        for child in self._children(verb):
            if child.dep_ in ("aux", "auxpass") and child.i < verb.i:
                low = child.lower_
                if (
                    low in words["modal_will"]
                    or low in words["modal_would"]
                    or low in words["modal_possible"]
                    or low in words["modal_duty"]
                ):
                    modal = modal or child
        negator = self._negator(verb)
        if negator is None and not through:
            negator = self._negative_argument(verb, frozenset({"nsubj", "nsubjpass", "dobj", "attr"}))
        elif negator is None:
            negator = self._negative_argument(verb, frozenset({"nsubj", "nsubjpass"}))
        if modal is None:
            if negator is not None:
                self.apply("negated", negator)
            return
        low = modal.lower_
        if low in words["modal_possible"]:
            if negator is not None and low not in ("may", "might"):
                self.apply("negated", negator)
            else:
                self.apply("possible", modal)
            return
        if low in words["modal_would"] and any(c.lower_ in words["habit_adverbs"] for c in verb.children):
            return
        if low in words["modal_duty"]:
            if low == "must" and any(c.lower_ == "have" and c.dep_ == "aux" for c in verb.children):
                self.apply("possible", modal)
            else:
                self.apply("intended", modal)
        else:
            # "Would have left", "would be fighting" without a condition is hearsay in the Romance languages' manner.
            perfect = low in words["modal_would"] and any(
                c.lower_ in ("have", "'ve") and c.dep_ == "aux" for c in verb.children
            )
            if perfect and verb.base_ in words["outcome_lemmas"]:
                self.apply("possible", modal)  # "to remain would have meant encirclement"
                return
            if perfect and negator is None:
                self.hearsay = True
                return
            self.seen_future = True
            forecast = self.event_type in words["forecast_types"] and self.state == "actual"
            forecast = forecast or any(_almost_certain(c) for c in verb.children)
            forecast = forecast or self._opens_way(verb)
            self.apply("possible" if forecast else "intended", modal)
        if negator is not None:
            self.apply("negated", negator)

    def _noun(self, noun: Token) -> None:
        """Determiners and adjectives of a noun that names the event, and participles behind it."""
        lexicon = self.lexicon
        for child in self._children(noun):
            low = child.lower_
            # A verb of a headline may be read as a noun, "Kyiv orders strikes": then it is a subject, too.
            if child.dep_ in ("amod", "compound", "nmod", "advmod", "nsubj") and (effect := lexicon.modifiers.get(low)):
                if effect == "intended" and self._came_about(noun):
                    continue
                if low == "further" and self.event_type in ("deployment", "casualties", "destruction"):
                    continue
                if low in ("further", "next", "future", "coming") and noun.dep_ not in ("pobj", "nsubj", "nsubjpass"):
                    continue
                self.apply(effect, child)
            elif child.dep_ == "acl" and child.tag_ == "VBN":
                entry = lexicon.verbs.get(child.lower_, {})
                if (effect := entry.get("object")) and effect != "actual":
                    self.apply(effect, child)
            elif child.dep_ == "relcl":
                entry = lexicon.verbs.get(child.lower_, {})
                objects = any(c.lower_ in ("that", "which") and c.dep_ in ("dobj", "nsubjpass") for c in child.children)
                if objects and (effect := entry.get("object")) and effect in ("intended", "possible", "negated"):
                    self.apply(effect, child)
        negator = self._negator(noun)
        if negator is None:
            for child in self._children(noun):
                if child.dep_ in ("det", "nummod", "predet") and (
                    (child.lower_ == "one" and _previous(child) in ("not", "no"))
                    or (child.lower_ == "single" and _previous(child) == "a" and _previous(child.nbor(-1)) == "not")
                ):
                    negator = child
        if negator is None:
            any_ = next((c for c in self._children(noun) if c.dep_ == "det" and c.lower_ == "any"), None)
            if any_ is not None and any(
                t.lower_ in self.words["negators"] for t in noun.doc[max(0, any_.i - 8) : any_.i]
            ):
                negator = any_
        if (
            negator is not None
            and _next(negator) not in ("less", "fewer", "more")
            and _after(noun, 2) != ("other", "than")
        ):
            self.apply("negated", negator)

    def _came_about(self, noun: Token) -> bool:
        """Whether what was planned is told to have begun or been done: "the announced offensive has started"."""
        verb = noun.head
        if noun.dep_ not in ("nsubj", "nsubjpass") or verb.base_ not in self.words["beginning_lemmas"]:
            return False
        return _past(verb) and self._negator(verb) is None

    # -- one step up --------------------------------------------------------------------------------------------------

    def _step(self, token: Token, head: Token) -> bool:
        """Take the edge from `token` to its head into account; False where the walk ends."""
        dep = token.dep_
        if head.i in self.inside:
            return True
        if dep == "conj":
            return self._coordination(token, head)
        if dep in ("relcl", "acl", "advcl") and self._opened(head):
            self.apply("possible", head)  # "opens the way for the army to take the rest"
            return True
        if dep in ("relcl", "acl") and _to_infinitive(token) and head.pos_ in ("NOUN", "PROPN", "NUM", "ADJ"):
            return self._one_to_be(token, head)
        if dep in ("relcl", "parataxis", "prep_", "intj", "meta", "punct"):
            return False
        if dep == "advcl":
            return self._adverbial(token, head)
        if dep == "appos":
            return True
        if dep in ("prep", "agent"):
            return self._preposition_under(token, head)
        if (head.dep_ != "ROOT" and head.pos_ in ("ADP", "SCONJ")) or head.dep_ in ("prep", "agent", "mark"):
            return self._under_preposition(token, head)
        if head.pos_ in ("VERB", "AUX") or head.tag_.startswith("VB"):
            return self._under_verb(token, head)
        if head.pos_ in ("NOUN", "PROPN", "PRON", "NUM"):
            return self._under_noun(token, head)
        if head.pos_ in ("ADJ", "ADV"):
            effect = self.lexicon.adjectives.get(head.lower_)
            if effect is None and dep == "xcomp" and _to_infinitive(token) and self._too_early(token):
                effect = "possible"
            if effect and _made(head.head):
                effect = _as_made(head)
            if effect and not (head.lower_ == "able" and head.head.lower_ in ("was", "were", "been")):
                self.apply(effect, head)  # who "was able to" do it did it
            self._clause_of(head, clausal=True)
            return True
        return True

    def _coordination(self, token: Token, head: Token) -> bool:
        """A coordinated verb shares the first one's modal and negation only where it has no form of its own."""
        verbal = token.tag_.startswith("VB") and head.tag_.startswith("VB")
        if not verbal:
            if not token.tag_.startswith("VB"):
                self._noun_shared(token, head)
            return True
        own_subject = any(c.dep_ in ("nsubj", "nsubjpass") for c in token.children)
        own_aux = any(c.dep_ in ("aux", "auxpass") for c in token.children)
        if any(
            c.dep_ == "cc" and c.lower_ == "nor" and head.i < c.i < token.i for c in [*head.children, *token.children]
        ):
            self.apply("negated", token)
            return True
        contrast = any(c.dep_ == "cc" and c.lower_ in ("but", "yet") for c in head.children)
        if not own_subject and not own_aux and not contrast and token.tag_ not in _FINITE:
            self._modifiers(head)
            self._auxiliaries(head, through=True)
        elif (
            own_subject
            and token.tag_ in _FINITE
            and head.dep_ in _CLAUSAL
            and token.i > head.i
            and not _complementised(token, head)
        ):
            # "He said he would leave and the army attacked": the second clause may stand outside the first one's frame.
            return True
        return True

    def _noun_shared(self, token: Token, head: Token) -> None:
        """ "A possible siege and bombardment": an adjective or "no" before the first noun holds for both."""
        for child in self._children(head):
            low = child.lower_
            if (
                child.i < head.i
                and child.dep_ in ("amod", "det")
                and (low in self.words["negative_determiners"] or low in self.lexicon.modifiers)
            ):
                effect: Effect = "negated" if low in self.words["negative_determiners"] else self.lexicon.modifiers[low]
                self.apply(effect, child)

    def _adverbial(self, token: Token, head: Token) -> bool:
        """An adverbial clause: conditional, purpose, or a circumstance that stands on its own."""
        words = self.words
        marks = [c for c in token.children if c.dep_ in ("mark", "advmod") and c.i < token.i]
        lows = {c.lower_ for c in marks}
        infinitive = any(c.dep_ == "aux" and c.lower_ == "to" and c.i < token.i for c in token.children)
        if "if" in lows and head.i < token.i and head.lower_ in words["asking_words"]:
            self.apply("possible", token)
            return False
        if lows & words["conditional_marks"] or (_inverted(token) and "?" not in text_of(token.doc[-2:])[-2:]):
            self.apply("conditional", token)
            return False
        if "before" in lows and (self._matter_of_time(head) or self._matter_of_time(head.head)):
            self.apply("possible", token)
            return False
        if "once" in lows and token.tag_ in ("VBZ", "VBP"):
            self.apply("conditional", token)
            return False
        if not lows.isdisjoint(words["until_marks"]) and token.tag_ in ("VBZ", "VBP") and self.state == "actual":
            self.apply("intended", token)  # "will fight on until it gets the town back"
            return False
        if ("so" in lows and "that" in lows) or any(_previous(c) == "so" and c.lower_ == "that" for c in marks):
            if self.state == "negated":
                self.state = "actual"
                self.apply("averted", token)
                self.apply("intended", token)
            elif any(c.tag_ == "MD" for c in token.children):
                self.state = "actual"
                self.apply("intended", token)
            return False
        if lows & words["purpose_marks"]:
            self.apply("averted", marks[0])
            self.apply("intended", marks[0])
            return False
        if head.pos_ == "ADJ" and (effect := self.lexicon.adjectives.get(head.lower_)):
            self.apply(_as_made(head) if _made(head.head) else effect, head)
            self._clause_of(head, clausal=True)
            return True
        if infinitive and self._lasted(head):
            self._clause_of(head, clausal=True)
            return True
        if infinitive:
            entry = self.lexicon.verbs.get(head.lower_, {})
            effect = entry.get("clause")
            complement = _verb_complement(head)
            if complement and complement in self.lexicon.adjectives:
                self.apply(self.lexicon.adjectives[complement], head)
                self._auxiliaries(head, through=True)
                return True
            if effect == "actual" and (aim := self._aim_before(token, head)) is not None:
                self.apply("intended", aim)
                return False
            if effect:
                self.apply(effect, head)
                self._auxiliaries(head, through=True)
                return True
            if (
                "as" not in lows
                and head.lower_ in ("went", "go", "goes", "going", "gone")
                and any(c.lower_ == "on" for c in head.children)
            ):
                return False
            if self.state == "negated":
                # "So as not to be encircled": what is not to happen might.
                self.state = "actual"
                self.apply("averted", token)
            if head.lower_ not in words["means_verbs"] and not _turned_out(token):
                self.apply("intended", token)
            return False
        return False

    def _aim_before(self, token: Token, verb: Token) -> Token | None:
        """The plan or the undertaking that an infinitive belongs to, where the parser hung it on the verb.

        "Serves the goals of the operation to take the town", "a decision has been made to leave".
        """
        to = next(c.i for c in token.children if c.dep_ == "aux" and c.lower_ == "to")
        near = verb.doc[to - 1] if to > 0 else verb
        if near.lower_ in self.words["undertakings"] and near.pos_ == "NOUN":
            return near
        for child in verb.children:
            planned = self.lexicon.nouns.get(child.lower_) == "intended"
            if planned and child.i < to and child.dep_ in ("dobj", "nsubjpass"):
                return child
        return None

    def _too_early(self, verb: Token) -> bool:
        """Whether it is "too early", "premature" to say what the verb says: of the thing nothing is told yet."""
        return any(
            t.lower_ in self.words["untimely"]
            and (t.lower_ == "premature" or any(c.lower_ == "too" for c in t.children))
            for t in (verb.head, *verb.head.children)
        )

    def _nobodys(self, verb: Token) -> bool:
        """Whether nobody, or not "we", is told to do what the verb says: "we are not talking about a retreat"."""
        general = any(c.dep_ == "nsubj" and c.lower_ in self.words["anybody"] for c in verb.children)
        return general or self._negative_argument(verb, frozenset({"nsubj"})) is not None

    def _unsaid(self, verb: Token, complement: str | None) -> bool:
        """Whether the verb denies its clause: "I would not say that", "it is wrong to say that", "it is false that"."""
        words = self.words
        if verb.base_ in words["copulas"]:
            return complement in words["untrue"]
        if verb.base_ not in words["telling"]:
            return False
        if _to_infinitive(verb):
            return any(t.lower_ in words["untrue"] for t in (verb.head, *verb.head.children) if t.i < verb.i)
        general = any(c.dep_ == "nsubj" and c.lower_ in words["anybody"] | {"i", "you"} for c in verb.children)
        told = any(c.dep_ == "aux" and c.lower_ in ("did", "have", "has", "had") for c in verb.children)
        return general and not told and verb.tag_ == "VB" and self._negator(verb) is not None

    def _preposition_under(self, token: Token, head: Token) -> bool:
        """From a preposition to what it hangs on: "call for", "risk of", "without"."""
        prep = token.lower_
        if head.pos_ in ("VERB", "AUX") or head.tag_.startswith("VB"):
            key = f"{head.lower_} {prep}"
            entry = self.lexicon.verbs.get(key)
            if entry:
                self.apply(entry.get("object", "actual"), head)
                self._clause_of(head, clausal=True)
                return True
            particle = next((c.lower_ for c in head.children if c.dep_ == "prt"), None)
            if particle and (entry := self.lexicon.verbs.get(f"{head.lower_} {particle} {prep}")):
                self.apply(entry.get("object", "actual"), head)
                self._clause_of(head, clausal=True)
                return True
            if prep in ("of", "about") and head.base_ in self.words["talking"]:
                if self._too_early(head):
                    self.apply("possible", head)
                elif any(c.lower_ in self.words["modal_possible"] for c in head.children) or self._nobodys(head):
                    self._auxiliaries(head)  # "one cannot speak of a retreat", "nobody talks about it"
                return False
            there = head.lower_ in self.words["occurrence_verbs"] or head.lower_ in self.words["light_verbs"]
            if there and prep in ("under", "in", "into", "to", "on", "of"):
                self._clause_of(head)
                return True
            if prep in self.words["manner_prepositions"] and self.state == "actual":
                return self._manner(head)
            return False
        if head.pos_ in ("ADJ", "ADV"):
            if effect := self.lexicon.adjectives.get(head.lower_):
                self.apply(effect, head)
                return True
            return False
        if head.pos_ in ("NOUN", "PROPN"):
            effect = self.lexicon.nouns.get(head.lower_)
            if effect and (
                prep in ("of", "for", "to", "on", "about", "over", "against", "from")
                or (prep == "in" and head.lower_ in self.words["wanting_in"])
            ):
                if prep == "from" or (effect == "attempt" and prep in ("on", "against")):
                    return False
                self.apply(effect, head)
                self._noun(head)
                return True
            if prep == "of" or head.lower_ in self.words["transparent_nouns"]:
                self._noun(head)
                return True
        return False

    def _opened(self, noun: Token) -> bool:
        """Whether the noun is the "way" of "opens the way for the army to take the rest"."""
        return noun.lower_ in self.words["ways"] and noun.head.base_ in self.words["opening"]

    def _manner(self, verb: Token) -> bool:
        """The means of what is to come is to come: "may respond with strikes", "vowed to answer by shelling"."""
        modal = next((c for c in verb.children if c.tag_ == "MD" and c.dep_ == "aux"), None)
        if modal is None and not (verb.tag_ == "VB" and verb.dep_ in ("xcomp", "advcl", "acl")):
            return False
        self._auxiliaries(verb)
        return True

    def _under_preposition(self, token: Token, head: Token) -> bool:
        """From the object of a preposition to the preposition, some of which decide by themselves."""
        if any(c.dep_ == "mark" and c.lower_ in self.words["question_marks"] for c in token.children):
            self.apply("possible", token)
            return False
        phrase = _phrase(head)
        for words in phrase:
            effect = self.lexicon.prepositions.get(words)
            if effect == "averted":
                if words == "against":
                    continue
                self.apply("averted", head)
                self.apply("intended", head)
                return False
            if effect:
                self.apply(effect, head)
                return False
        if head.lower_ == "by" and token.dep_ == "pcomp":
            return True
        self.dated = head.lower_ in ("since", "after")
        return head.lower_ not in (
            "after",
            "before",
            "since",
            "by",
            "during",
            "despite",
            "until",
            "while",
            "amid",
            "following",
        )

    def _under_verb(self, token: Token, head: Token) -> bool:
        """From a complement, subject or object to its verb."""
        dep = token.dep_
        lexicon, words = self.lexicon, self.words
        entry = dict(lexicon.verbs.get(head.lower_, {}))
        particle = next((c.lower_ for c in head.children if c.dep_ == "prt"), None)
        if particle:
            entry = {**entry, **lexicon.verbs.get(f"{head.lower_} {particle}", {})}
        if dep in ("nsubj", "csubj", "nsubjpass") and _is_to(head):
            self.apply("intended", head)
            self._clause_of(head)
            return True
        if dep in ("nsubj", "csubj", "nsubjpass") and self._matter_of_time(head):
            self.apply("possible", head)
            return False
        if dep in ("nsubj", "csubj"):
            out = next((c for c in head.children if c.lower_ == "out" and c.i > head.i), None)
            if out is not None and _after(out, 3) == ("of", "the", "question"):
                self.apply("excluded", out)
                self._clause_of(head)
                return False
            complement = _verb_complement(head)
            if (
                complement
                and complement in lexicon.adjectives
                and complement not in ("ready", "set", "able", "hard", "determined", "keen")
            ):
                self.apply(lexicon.adjectives[complement], head)
                self._clause_of(head)
                return True
            other_subject = any(c.dep_ in ("nsubj", "nsubjpass") and c.i > token.i for c in head.children)
            if other_subject and (effect := entry.get("object")) in ("intended", "possible", "excluded"):
                self.apply(effect, head)
                self._clause_of(head, clausal=True)
                return True
            small = head.dep_ in ("ccomp", "xcomp") and head.tag_ in ("VB", "VBN", "VBG") and not _indicative(head)
            if small and not any(c.tag_ == "MD" for c in head.children):
                return True
            if head.lower_ in words["occurrence_verbs"]:
                self._modifiers(head)
                self._auxiliaries(head)
                following = next(
                    (
                        c
                        for c in head.children
                        if c.dep_ == "acomp" or (c.dep_ == "advmod" and c.lower_ in lexicon.adjectives)
                    ),
                    None,
                )
                if following is not None and (effect := lexicon.adjectives.get(following.lower_)):
                    self.apply(effect, following)
                return head.dep_ not in ("relcl",)
            would = next((c for c in head.children if c.dep_ == "aux" and c.lower_ in words["modal_would"]), None)
            if would is not None:
                self.seen_future = True
                self.apply("possible", would)
            return False
        if dep in _OBJECT:
            effect = entry.get("object")
            if _to_infinitive(head) and self._too_early(head):
                self.apply("possible", head)  # "too early to declare the liberation of the town"
                return False
            if (
                effect is None
                and head.lower_ in words["stopping_verbs"]
                and self.event_type in words["stoppable_types"]
            ):
                effect = "negated"
            if dep == "attr":
                subject = next((c for c in head.children if c.dep_ == "nsubj" and c.i < head.i), None)
                stated = lexicon.nouns.get(subject.lower_) if subject is not None else None
                if subject is not None and stated in ("intended", "possible"):
                    self.apply(stated, subject)
            if head.lower_ in words["announcing_verbs"] and self.event_type in words["announced_types"]:
                self.apply("intended", head)
                if (negator := self._negator(head)) is not None:
                    self.apply("negated", negator)
                return False
            if self._negator(head) is not None and not words["abandoning"].isdisjoint(
                (head.base_, f"{head.base_} {particle}")
            ):
                return False  # who does not give up his attempts goes on
            if dep == "attr" or head.lower_ in words["light_verbs"]:
                self._clause_of(head)
                return True
            if effect:
                self.apply(effect, head)
                self._clause_of(head, clausal=True)
                return True
            if dep == "nsubjpass":
                as_ = next((c for c in head.children if c.dep_ == "prep" and c.lower_ == "as"), None)
                if as_ is not None:
                    for child in as_.children:
                        if effect := self.lexicon.adjectives.get(child.lower_):
                            self.apply(effect, child)
                if head.dep_ in ("ccomp", "xcomp") and head.tag_ in ("VB", "VBN") and not _indicative(head):
                    return not any(c.tag_ == "MD" for c in head.children)
                return False
            # "The enemy could repel an attack": the attack itself is not under the modal, but a plan to meet one is.
            return False
        if dep in _CLAUSAL or dep in ("acomp", "dep"):
            return self._clause_under_verb(token, head, entry)
        return True

    def _matter_of_time(self, verb: Token) -> bool:
        """Whether the verb is the "is" of "is a question of days", "is only a matter of time before"."""
        words = self.words
        return any(
            c.lower_ in words["matters"]
            and any(g.lower_ == "of" and any(t.lower_ in words["spans"] for t in g.children) for g in c.children)
            for c in verb.children
        )

    def _clause_under_verb(self, token: Token, head: Token, entry: dict[str, Effect]) -> bool:
        words = self.words
        marks = {c.lower_ for c in token.children if c.dep_ in ("mark", "advmod") and c.i < token.i}
        if marks & words["conditional_marks"]:
            asked = token.dep_ == "ccomp" and token.i > head.i and "if" in marks
            self.apply("possible" if asked else "conditional", head)
            return False
        if marks & words["question_marks"]:
            self.apply("possible", token)
            return False
        complement = _verb_complement(head)
        if (
            token.dep_ == "ccomp"
            and token.i > head.i
            and complement
            and (stated := self.lexicon.adjectives.get(complement)) == "possible"
        ):
            self.apply(stated, head)
            return False
        effect = entry.get("clause")
        infinitive = _to_infinitive(token)
        if effect == "actual" and infinitive and head.base_ in words["copulas"]:
            aim = next((c for c in head.children if c.dep_ == "nsubj" and c.i < head.i), None)
            if aim is not None and (stated := lexicon().nouns.get(aim.lower_)) in ("intended", "attempt", "possible"):
                self.apply(stated, aim)  # "the goal remains to take the town"
                self._clause_of(head, clausal=True)
                return True
        if token.dep_ == "ccomp" and _to_infinitive(head) and self._too_early(head):
            self.apply("possible", head)  # "it is too early to say that the town has fallen"
            return False
        if token.dep_ == "ccomp" and token.i > head.i and self._unsaid(head, complement):
            self.apply("negated", head)
            return False
        light = effect == "actual" and infinitive and head.lower_ in words["light_verbs"]
        if light and (aim := self._aim_before(token, head)) is not None:
            self.apply("intended", aim)  # "has begun an operation to take the town"
            return False
        have_to = head.lower_ in ("has", "have", "had", "having") and infinitive and token.dep_ == "xcomp"
        if have_to:
            if any(c.lower_ == "yet" for c in list(head.children) + list(token.children)):
                self.apply("negated", head)
            elif head.lower_ in ("has", "have"):
                self.apply("intended", head)
            self._clause_of(head, clausal=True)
            return True
        if head.lower_ in ("is", "are", "was", "were", "be", "'s", "been") and token.dep_ == "xcomp" and infinitive:
            self.apply(self.lexicon.adjectives.get(complement or "", "intended"), head)
            self._auxiliaries(head, through=True)
            return True
        if head.lower_ in _FINDS and any(c.lower_ in _REFLEXIVE for c in (*token.children, *head.children)):
            self._clause_of(head, clausal=True)  # "could find itself cut off"
            return True
        if effect == "permitted" and self._enabled(head):
            return True
        if (effect is None or effect == "intended") and infinitive and self._lasted(head):
            return True
        if effect is None:
            if token.dep_ == "xcomp" and infinitive:
                self.apply("intended", token)
                return False
            if token.dep_ == "ccomp":
                return False
            self._clause_of(head, clausal=True)
            return True
        finite_past = token.dep_ == "ccomp" and _indicative(token) and not self.seen_future
        perfect = any(c.lower_ == "have" and c.dep_ == "aux" for c in token.children) and infinitive
        subjunctive = token.tag_ == "VBP" and not any(
            c.dep_ in ("aux", "auxpass") or c.lower_ in _OF_NOW for c in token.children
        )
        if effect == "believed" and head.lower_ == "supposed" and infinitive and not perfect:
            self.apply("intended", head)  # "buses that were supposed to leave on Thursday"
        elif effect == "believed":
            passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in head.children)
            if passive or token.dep_ == "xcomp":
                self.apply("possible", head)
            else:
                self.apply("believed", head)
        elif (
            (effect in ("intended", "attempt", "permitted") and ((finite_past and not subjunctive) or perfect))
            or (effect in ("negated", "excluded", "averted") and finite_past and effect != "excluded")
            or (effect == "intended" and token.dep_ == "dep")
            or (effect == "intended" and token.dep_ == "ccomp" and token.i < head.i)  # "…, he told the paper"
        ):
            pass
        elif effect == "negated" and _unceasing(head):
            return True
        else:
            self.apply(effect, head)
        if token.dep_ == "ccomp" and effect == "actual":
            return False
        self._clause_of(head, clausal=True)
        return True

    def _opens_way(self, verb: Token) -> bool:
        """Whether what would be opened is a road onwards: "its loss would open the way to the city"."""
        return verb.base_ in self.words["opening"] and any(c.lower_ in self.words["ways"] for c in verb.children)

    def _enabled(self, verb: Token) -> bool:
        """Whether it is told as past what made the event come about: no leave is given by anybody, no modal stands."""
        words = self.words
        if verb.lower_ not in words["enabling_verbs"] or not _past(verb) or self._negator(verb) is not None:
            return False
        subject = next((c for c in verb.children if c.dep_ in ("nsubj", "csubj")), None)
        if verb.base_ == "help":
            return True
        if subject is None or any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children):
            return False
        named = subject.pos_ in ("PROPN", "PRON") and subject.text[:1].isupper()
        return not named and subject.lower_ not in words["leave_givers"]

    def _lasted(self, verb: Token) -> bool:
        """Whether the verb says how long the event took: "took the army a month to", "needed three weeks to"."""
        words = self.words
        return (
            verb.lower_ in words["lasting_verbs"]
            and _past(verb)
            and self._negator(verb) is None
            and any(c.lower_ in words["lengths_of_time"] for c in verb.children)
        )

    def _one_to_be(self, token: Token, noun: Token) -> bool:
        """An infinitive behind a noun: under "the next city to be taken" stands what is said of being the next."""
        ranks = {c.lower_ for c in noun.children if c.i < noun.i} | {noun.lower_}
        ranked = not ranks.isdisjoint(self.words["ranks"])
        following = "next" in ranks
        if not ranked and not following:
            return self._under_noun(token, noun)
        verb = noun.head
        if noun.dep_ not in ("attr", "acomp", "oprd") or verb.i == noun.i:
            if following:
                self.apply("possible", noun)
            return False  # "the first unit to enter the town"
        if following and not _past(verb):
            self.apply("possible", noun)
        return True

    def _under_noun(self, token: Token, head: Token) -> bool:
        """From a clause, a compound or an apposition to the noun that it belongs to: "the order to leave"."""
        dep = token.dep_
        effect = self.lexicon.nouns.get(head.lower_)
        if dep in ("acl", "relcl", "ccomp", "xcomp", "advcl", "pcomp", "csubj"):
            infinitive = _to_infinitive(token)
            that = any(c.dep_ == "mark" and c.lower_ == "that" for c in token.children)
            if effect and (infinitive or dep != "acl" or token.tag_ == "VB" or that):
                if _indicative(token) and effect == "intended":
                    return False
                self.apply(effect, head)
                self._noun(head)
                return True
            if infinitive and head.dep_ == "dobj" and self._enabled(head.head):
                return False  # "helped the brigade to hold the hill"
            if infinitive:
                self.apply("intended", token)
                return False
            if head.lower_ in self.words["transparent_nouns"]:
                self._noun(head)
                return True
            return False
        if dep in ("compound", "nmod", "amod", "poss", "npadvmod"):
            if effect and effect != "attempt" and dep != "poss":
                self.apply(effect, head)
                self._noun(head)
                return True
            return False
        return True

    def _clause_of(self, verb: Token, *, clausal: bool = False) -> None:
        """The modal, adverbs and negation of a verb that stands above the event."""
        if verb.tag_.startswith("VB") or verb.pos_ in ("VERB", "AUX"):
            self._modifiers(verb)
            self._auxiliaries(verb, through=clausal)
        else:
            negator = self._negator(verb)
            if negator is not None:
                self.apply("possible" if self.state == "possible" else "negated", negator)

    # -- conditions ---------------------------------------------------------------------------------------------------

    def _conditions(self) -> None:
        """The then-part of a condition, and conditions told by inversion ("should they attack, …")."""
        if self.state == "conditional" or (self.dated and self.state == "actual"):
            return
        clause = self._own_clause()
        for verb in clause:
            said = [g for c in verb.children if c.dep_ == "parataxis" for g in c.children if g.i < c.i < verb.i]
            for child in [*verb.children, *said]:  # "if it falls, they say, X will be in range" hangs on the saying
                if child.dep_ == "advcl" and child.i not in self.inside and not _is_ancestor(child, self.token):
                    if _believed(child):
                        continue
                    lows = {c.lower_ for c in child.children if c.dep_ in ("mark", "advmod") and c.i < child.i}
                    inverted = _inverted(child)
                    if (lows & {"if", "unless"} and _previous_mark(child) not in ("even", "as")) or inverted:
                        self.apply("conditional", child)
                        return
                if child.dep_ == "prep" and self.lexicon.prepositions.get(_phrase(child)[-1]) == "conditional":
                    self.apply("conditional", child)
                    return
        self._conditions_by_words()

    def _conditions_by_words(self) -> None:
        """Conditions that the parser hung elsewhere: "if it fell, he added, …", "should it be lost"."""
        doc, at = self.token.doc, self.token.i
        left = next((t.i for t in reversed(doc[:at]) if t.text in _BREAKS), -1) + 1
        right = next((t.i for t in doc[at + 1 :] if t.text in _BREAKS), len(doc))
        for token in doc[left:right]:
            if token.i in self.inside:
                continue
            low, before = token.lower_, _previous(token)
            opening = token.i == left or not doc[token.i - 1].is_alpha
            if low in ("if", "unless"):
                if before in ("as", "even") or before in self.words["asking_words"]:
                    continue
                comma = next((t.i for t in doc[token.i : right] if t.text == ","), right)
                if any(t.lower_ in _CREDIT for t in doc[token.i : comma]):
                    continue
            elif low in ("should", "were", "had") and opening:
                if text_of(doc).rstrip("\"'”’ ").endswith("?") or not _subject_follows(token):
                    continue
                if low != "should" and token.i != left:
                    continue
            elif low == "once" and opening:
                if not (self.seen_future or self.state == "possible"):
                    continue
            else:
                continue
            comma = next((t.i for t in doc[token.i : right] if t.text == ","), right)
            within = token.i < at < comma
            open_state = self.seen_future or self.hearsay or self.state in ("possible", "intended")
            present = low == "should" and at > token.i and self.token.tag_ in ("VBZ", "VBP", "VBG")
            if (within and low != "once" and (opening or at - token.i < 12)) or (open_state and not within) or present:
                self.apply("conditional", token)
                return

    def _own_clause(self) -> list[Token]:
        """The verbs from the trigger up to the clause that it is told in, not beyond a verb of saying's clause."""
        found, token = [], self.token
        for _ in range(_MAX_STEPS):
            if token.tag_.startswith("VB") or token.pos_ in ("VERB", "AUX"):
                found.append(token)
            if token.dep_ in ("ccomp", "relcl", "ROOT", "parataxis", "advcl") or token.head.i == token.i:
                break
            token = token.head
        return found


def _to_infinitive(verb: Token) -> bool:
    """Whether this is "to take", "to be taken": "to" stands among the auxiliaries before it."""
    return any(c.dep_ == "aux" and c.lower_ == "to" and c.i < verb.i for c in verb.children)


def _is_to(verb: Token) -> bool:
    """Whether this is the "are" of "talks are to be held", or the "are due" of "talks are due to begin"."""
    if verb.lower_ not in ("is", "are", "was", "were", "'s", "be"):
        return False
    predicates = [c for c in verb.children if c.i > verb.i and (c.dep_ == "xcomp" or c.lower_ in _DUE)]
    for child in predicates:
        clause = child if child.dep_ == "xcomp" else next((c for c in child.children if c.dep_ == "xcomp"), None)
        if clause is not None and any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children):
            return True
    return False


_WHOLE: Final = frozenset(
    {"undamaged", "intact", "unscathed", "untouched", "unharmed", "whole", "unhurt", "left", "remains"}
)
_DUE: Final = frozenset({"due", "set", "scheduled", "slated", "ready"})
_FINDS: Final = frozenset({"find", "finds", "found", "finding"})
_REFLEXIVE: Final = frozenset({"itself", "themselves", "himself", "herself"})
_SHORT_OF: Final = frozenset({"almost", "nearly"})
"""A town that is almost taken, or almost surrounded, is not yet."""


def _subject_follows(token: Token) -> bool:
    """Whether the word after an auxiliary can begin a subject: an inversion, not the predicate of what went before."""
    following = token.nbor(1) if token.i + 1 < len(token.doc) else None
    return following is not None and following.pos_ in ("DET", "PRON", "PROPN", "NOUN", "ADJ", "NUM")


def _almost_certain(token: Token) -> bool:
    return token.lower_ == "certainly" and _previous(token) == "almost"


def _after(token: Token, count: int) -> tuple[str, ...]:
    return tuple(t.lower_ for t in token.doc[token.i + 1 : token.i + 1 + count])


_CEASING: Final = frozenset({"stop", "cease", "quit", "hesitate", "halt", "let up", "fail", "desist", "refrain"})


def _unceasing(verb: Token) -> bool:
    """Whether it is denied that something ends: "they do not stop shelling", "never ceased to attack"."""
    return verb.base_ in _CEASING and any(c.dep_ == "neg" for c in verb.children)


def _believed(clause: Token) -> bool:
    """Whether an if-clause names a source and sets no condition: "if the agency is to be believed"."""
    return any(t.lower_ in _CREDIT for t in clause.subtree)


_CREDIT: Final = frozenset({"believed", "believes", "believe", "trusted", "trust", "trusts", "credited"})


def _past(verb: Token) -> bool:
    """Whether this verb is told as having happened or going on: "helped", "has helped", "is helping"."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass") and c.i < verb.i]
    if any(c.tag_ == "MD" or c.lower_ == "to" for c in auxiliaries):
        return False
    if verb.lower_ == "let":  # past and present alike
        return not any(c.lower_ in _PRESENT for c in verb.children)
    return verb.tag_ == "VBD" or (verb.tag_ in ("VBN", "VBG") and bool(auxiliaries))


_PRESENT: Final = frozenset({"do", "does", "please"})


def _made(verb: Token) -> bool:
    """Whether something is told as having "made it possible", or impossible, to do the thing."""
    return verb.base_ == "make" and _past(verb)


_EASE: Final = frozenset({"possible", "easy", "easier", "feasible"})


def _as_made(adjective: Token) -> Effect:
    """What "made it possible", "made it impossible" and "made it hard" tell of the thing."""
    if adjective.lower_ in _EASE:
        return "actual"
    return "negated" if adjective.lower_ == "impossible" else "possible"


def _indicative(token: Token) -> bool:
    """Whether this verb is told in the past or present indicative, itself or by its first auxiliary."""
    auxiliaries = [c for c in token.children if c.dep_ in ("aux", "auxpass") and c.i < token.i]
    if any(c.lower_ == "to" or c.tag_ == "MD" for c in auxiliaries):
        return False
    if auxiliaries:
        return auxiliaries[0].tag_ in _FINITE or auxiliaries[0].lower_ in (
            "has",
            "had",
            "have",
            "was",
            "were",
            "is",
            "are",
        )
    if token.tag_ == "VBG" and token.dep_ == "ccomp":  # "insists that its troops cling to a block"
        return any(c.dep_ == "mark" and c.lower_ == "that" for c in token.children)
    return token.tag_ in _FINITE


def _inverted(verb: Token) -> bool:
    """Whether the clause of this verb is a condition by inversion: "should", "were" or "had" before its subject."""
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None:
        return False
    left = min(t.i for t in subject.subtree)
    return any(
        c.dep_ in ("aux", "auxpass") and c.lower_ in ("should", "were", "had") and c.i < left for c in verb.children
    )


def _complementised(token: Token, head: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ == "that" for c in token.children)


def _is_ancestor(token: Token, other: Token) -> bool:
    for _ in range(_MAX_STEPS):
        if other.i == token.i:
            return True
        if other.head.i == other.i:
            return False
        other = other.head
    return False


def _verb_complement(verb: Token) -> str | None:
    """The lower-cased adjective that completes "be", "seem", "look" or "become", or None."""
    for child in verb.children:
        if child.dep_ in ("acomp", "oprd") or (child.dep_ == "attr" and child.pos_ == "ADJ"):
            return str(child.lower_)
    return None


def _previous(token: Token) -> str:
    return str(token.nbor(-1).lower_) if token.i > 0 else ""


def _next(token: Token) -> str:
    return str(token.nbor(1).lower_) if token.i + 1 < len(token.doc) else ""


def _previous_mark(clause: Token) -> str:
    mark = next((c for c in clause.children if c.dep_ == "mark"), None)
    return _previous(mark) if mark is not None else ""


def _phrase(prep: Token) -> list[str]:
    """The preposition with the one or two words that make a compound of it, shortest first."""
    found = [str(prep.lower_)]
    before = prep.doc[max(0, prep.i - 3) : prep.i]
    if len(before) >= 1:
        found.append(f"{before[-1].lower_} {prep.lower_}")
    if len(before) >= 2:
        found.append(f"{before[-2].lower_} {before[-1].lower_} {prep.lower_}")
    if len(before) >= 3:
        found.append(f"{before[-3].lower_} {before[-2].lower_} {before[-1].lower_} {prep.lower_}")
    return found[:1] + found[1:]


def _turned_out(infinitive: Token) -> bool:
    """Whether the infinitive tells what came of it: "held out for weeks, only to give up the city"."""
    to = next((c.i for c in infinitive.children if c.dep_ == "aux" and c.lower_ == "to"), 0)
    return to > 1 and infinitive.doc[to - 1].lower_ == "only" and infinitive.doc[to - 2].text in (",", "–", "—")
