"""The frames: which words, in which construction, tell of which type of event. Read from `frames/*.toml` once.

A frame names its trigger words (the first word is the trigger; "take control of" needs the others hung under it in the
parse), the part of speech it is read as, and conditions on its arguments, as `conditions` explains. Words are inflected
here, so that finding them needs no tagger and the same table tells which sentences are worth parsing.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, final

from services.contracts.taxonomy import EVENT_TYPES, EventType
from services.extract.pattern import Pattern
from services.extract.stages.triggers.inflect import noun_forms, verb_forms

FOLDER: Final = Path(__file__).parents[2] / "frames"
PARTICIPLE: Final = re.compile(r"(?:ed|en|own|uck|eft|ost|ept|eld|aid|ight|ound|shut|cut|hit)$")
TOKEN: Final = Pattern(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Condition:
    """`argument` has one of `classes` (any at all where there are none); `optional`: or there is no such argument."""

    argument: str
    classes: frozenset[str]
    optional: bool = False
    of_noun: bool = True
    """Asks for a noun of the parse (`subject`, `object`, `prep` and its kinds), as most do."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One construction. `needs` must all hold, each by one of its alternatives; any of `unless` forbids it."""

    name: str
    type: EventType
    pos: str
    needs: tuple[tuple[Condition, ...], ...]
    unless: tuple[Condition, ...]
    actor: str
    target: str
    place: tuple[str, ...]
    confidence: float
    rank: int
    modality: str | None
    what: str | None
    means: tuple[str, ...]
    words: tuple[str, ...]
    examples: tuple[str, ...]
    first_unless: tuple[Condition, ...]
    """Those of `unless` that ask for no argument, and below those of `needs`: they are asked first, being cheaper."""
    first_needs: tuple[tuple[Condition, ...], ...]
    last_unless: tuple[Condition, ...]
    last_needs: tuple[tuple[Condition, ...], ...]


@final
class Entry:
    """One trigger word of a frame with the words that must go with it.

    `passive`: the head is a participle that needs its auxiliary: "be stuck", where the parse has a passive.
    """

    __slots__ = ("frame", "head", "later", "passive", "rest", "score")

    def __init__(self, frame: Frame, head: str, rest: tuple[str, ...], passive: bool = False) -> None:
        self.frame: Final = frame
        self.head: Final = head
        self.rest: Final = rest
        self.passive: Final = passive
        self.later: Final = tuple(tuple(word.split("/")) for word in rest[1:])
        """The alternatives of each further word after the second."""
        self.score: Final = (len(rest), frame.rank, frame.confidence)
        """The greatest is taken."""


_OF_WORDS: Final = frozenset(
    "passive active root tag dep word around near next before mod place head under verbless".split()  # noqa: SIM905
)
"""What is asked of the trigger itself, or of the words around it."""


def _condition(text: str) -> Condition:
    argument, _, classes = text.partition(":")
    optional = classes.startswith("?")
    names: set[str] = set()
    for name in classes.removeprefix("?").split(","):
        if name.startswith("@"):  # all words of a class, where words are asked for and not arguments
            names.update(_members()[name[1:]])
        elif name:
            names.add(name)
    return Condition(argument, frozenset(names), optional, argument not in _OF_WORDS)


@cache
def _members() -> dict[str, tuple[str, ...]]:
    """Return the words of each class of `classes.toml`, those of a class that it names with `@` among them."""
    table = tomllib.loads((FOLDER / "classes.toml").read_text(encoding="utf-8"))
    own = {name: words.split() for name, words in table.items()}
    return {
        name: tuple(word for item in words for word in (own[item[1:]] if item.startswith("@") else (item,)))
        for name, words in own.items()
    }


def _needs(texts: Iterable[str]) -> tuple[tuple[Condition, ...], ...]:
    return tuple(tuple(_condition(part.strip()) for part in text.split("|")) for text in texts)


def _any_of_noun(options: Iterable[Condition]) -> bool:
    return any(condition.of_noun for condition in options)


@cache
def frames() -> tuple[Frame, ...]:
    """Return all frames, in the order of the event types and of the files. Raises ValueError for a faulty file."""
    found = []
    for event_type in EVENT_TYPES:
        path = FOLDER / f"{event_type}.toml"
        for number, table in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["frame"]):
            unknown = table.keys() - {
                "name", "pos", "words", "needs", "unless", "actor", "target", "place", "confidence", "rank", "modality",
                "what", "means", "examples",
            }  # fmt: skip
            if unknown:
                raise ValueError(f"{path.name}: frame {number + 1}: unknown {sorted(unknown)}")
            words = table["words"]
            needs, unless = _needs(table.get("needs", ())), tuple(_condition(u) for u in table.get("unless", ()))
            found.append(
                Frame(
                    name=f"{event_type}.{table['name']}",
                    type=event_type,
                    pos=table["pos"],
                    needs=needs,
                    unless=unless,
                    actor=table.get("actor", "subject"),
                    target=table.get("target", "object"),
                    place=tuple(table.get("place", ())),
                    confidence=float(table.get("confidence", 0.75)),
                    rank=int(table.get("rank", 0)),
                    modality=table.get("modality"),
                    what=table.get("what"),
                    means=tuple(table.get("means", ())),
                    words=tuple(
                        w.strip() for w in (words.split(";") if isinstance(words, str) else words) if w.strip()
                    ),
                    examples=tuple(table["examples"]),
                    first_unless=tuple(condition for condition in unless if not condition.of_noun),
                    first_needs=tuple(options for options in needs if not _any_of_noun(options)),
                    last_unless=tuple(condition for condition in unless if condition.of_noun),
                    last_needs=tuple(options for options in needs if _any_of_noun(options)),
                )
            )
    return tuple(found)


def _forms(frame: Frame, word: str) -> set[str]:
    if frame.pos == "verb":
        return verb_forms(word)
    if frame.pos == "noun":
        return noun_forms(word)
    if frame.pos == "any":
        return verb_forms(word) | noun_forms(word)
    return {word}


@cache
def index() -> dict[str, tuple[Entry, ...]]:
    """Return the entries by every inflected form of their first word, lower case."""
    found: dict[str, list[Entry]] = {}
    for frame in frames():
        for phrase in frame.words:
            head, *rest = phrase.lower().split()
            entry = Entry(frame, head, tuple(rest))
            for form in _forms(frame, head):
                found.setdefault(form, []).append(entry)
            if head == "be" and frame.pos == "verb" and rest and PARTICIPLE.search(rest[0]):
                found.setdefault(rest[0], []).append(Entry(frame, rest[0], tuple(rest[1:]), passive=True))
    return {form: tuple(entries) for form, entries in found.items()}


@final
class Readings:
    """The entries of one trigger word, the best first, to be chosen from by the other words of the sentence."""

    __slots__ = ("_choices", "_entries", "passive")

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries: Final = sorted(entries, key=lambda entry: entry.score, reverse=True)
        self._choices: Final[list[_Choice | None]] = [None, None, None, None]
        self.passive: Final = all(entry.passive for entry in entries)
        """The word is one only as the passive of a longer trigger: its lemma may be another."""

    def among(self, present: AbstractSet[str], as_verb: bool, as_noun: bool) -> Sequence[Entry]:
        """Return the entries that need no second word, and those whose second word is `present`, in order.

        Entries of verbs only where the word can be one here, and so for nouns.
        """
        number = 2 * as_verb + as_noun
        choice = self._choices[number]
        if choice is None:
            left_out = {pos for pos, wanted in (("verb", as_verb), ("noun", as_noun)) if not wanted}
            choice = _Choice([entry for entry in self._entries if entry.frame.pos not in left_out])
            self._choices[number] = choice
        return choice.among(present)


@final
class _Choice:
    """Some entries of a word, by the second words that they need."""

    __slots__ = ("_alone", "_always", "_by_word", "_entries", "_words")

    def __init__(self, entries: list[Entry]) -> None:
        self._entries: Final = entries
        self._always: Final = [number for number, entry in enumerate(entries) if not entry.rest]
        self._alone: Final = [entry for entry in entries if not entry.rest]
        self._by_word: Final[dict[str, list[int]]] = {}
        for number, entry in enumerate(entries):
            for word in entry.rest[0].split("/") if entry.rest else ():
                self._by_word.setdefault(word, []).append(number)
        self._words: Final = frozenset(self._by_word)

    def among(self, present: AbstractSet[str]) -> Sequence[Entry]:
        if self._words.isdisjoint(present):
            return self._alone
        numbers = set(self._always)
        for word in self._words & present:
            numbers.update(self._by_word[word])
        return [self._entries[number] for number in sorted(numbers)]


NO_READINGS: Final = Readings(())


@cache
def readings() -> dict[str, Readings]:
    """Return the entries of `index` by form."""
    return {form: Readings(entries) for form, entries in index().items()}


@cache
def told_by_negation() -> frozenset[str]:
    """Return the names of the frames whose own words negate: "would not budge" is told as having been so."""
    return frozenset(frame.name for frame in frames() if frame.modality == "actual")


@cache
def hyphenated() -> frozenset[str]:
    """Return the trigger words with a hyphen, which the tokeniser takes apart: "cease-fire", "counter-attacked"."""
    return frozenset(form for form in index() if "-" in form.strip("-"))


@cache
def classes() -> dict[str, frozenset[str]]:
    """Return, by lower-case noun, the classes that it belongs to."""
    found: dict[str, set[str]] = {}
    for name, words in _members().items():
        for word in words:
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@cache
def _enough() -> frozenset[str]:
    """Return the forms of the triggers of one word."""
    return frozenset(form for form, entries in index().items() if not all(entry.rest for entry in entries))


_Rest = tuple[frozenset[str], ...]


@cache
def _longer() -> dict[str, tuple[frozenset[str], tuple[_Rest, ...]]]:
    """Return, by the first word's form, what else the longer triggers need: one of each set.

    Before that, all that is in the first sets: without any of it the others need not be looked at.
    """
    found = {}
    for form, entries in index().items():
        rests = {tuple(_either(w) for w in entry.rest) for entry in entries}
        if () not in rests:
            found[form] = frozenset().union(*(rest[0] for rest in rests)), tuple(rests)
    return found


def _either(word: str) -> frozenset[str]:
    return frozenset(noun_forms(word) | verb_forms(word))


def words_in(text: str) -> set[str]:
    """Return the words of `text` in lower case, as the conditions of frames ask for them."""
    found: set[str] = set()
    for chunk in text.lower().split():
        # Mostly it is one word, or one with a mark behind it, and the pattern is not needed.
        if chunk.isalnum():
            found.add(chunk)
        elif chunk[-1] in ",.;:" and chunk[:-1].isalnum():
            found.add(chunk[:-1])
        else:
            found.update(TOKEN.findall(chunk))
    return found


def can_hold_event(known: AbstractSet[str]) -> bool:
    """True where a sentence of these words has all those of a trigger; how they hang together, the parse will tell."""
    if not known.isdisjoint(_enough()):
        return True
    longer = _longer()
    for word in known:
        needed = longer.get(word)
        if needed is None or known.isdisjoint(needed[0]):
            continue
        for rest in needed[1]:
            for forms in rest:
                if known.isdisjoint(forms):
                    break
            else:
                return True
    return False
