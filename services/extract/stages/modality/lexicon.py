"""The modality lexicons, read once from their TOML files into look-ups by inflected form."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.extract.stages.modality.compose import Effect
from services.extract.stages.wordforms import noun_forms, verb_forms

_HERE: Final = Path(__file__).parent


@dataclass(slots=True)
class Lexicon:
    """Effects by inflected lower-case form; a verb with its preposition or particle is keyed "form preposition".

    `verbs` maps to the effect for each kind of complement, `clause` and `object`.
    """

    verbs: dict[str, dict[str, Effect]] = field(default_factory=dict)
    nouns: dict[str, Effect] = field(default_factory=dict)
    adjectives: dict[str, Effect] = field(default_factory=dict)
    adverbs: dict[str, Effect] = field(default_factory=dict)
    modifiers: dict[str, Effect] = field(default_factory=dict)
    prepositions: dict[str, Effect] = field(default_factory=dict)
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    """The closed classes of words.toml; verbs and nouns among them in all their forms."""


@cache
def lexicon() -> Lexicon:
    """Return the lexicons. Raises ValueError where one verb is given two effects for one kind of complement."""
    found = Lexicon()
    for group in _read("operators.toml")["group"]:
        effect: Effect = group["effect"]
        kinds = {"clause": ("clause",), "object": ("object",), "clause_or_preposition": ("clause",)}
        for verb in group.get("verbs", ()):
            chosen = kinds.get(group.get("only"), ("clause", "object"))
            if " " in verb:
                chosen = ("clause", "object")
            for form in verb_forms(verb):
                entry = found.verbs.setdefault(form, {})
                for kind in chosen:
                    entry.setdefault(kind, effect)
        for noun in group.get("nouns", ()):
            for form in noun_forms(noun):
                found.nouns.setdefault(form, effect)
        for key, table in (
            ("adjectives", found.adjectives),
            ("adverbs", found.adverbs),
            ("modifiers", found.modifiers),
            ("prepositions", found.prepositions),
        ):
            for word in group.get(key, ()):
                table.setdefault(word, effect)
    found.words = {key: _class(key, words) for key, words in _words().items() if key != "examples"}
    return found


def word_class(name: str) -> frozenset[str]:
    """Return one closed class of words.toml. Raises KeyError where there is none of that name."""
    return _class(name, _words()[name])


def _class(name: str, words: list[str]) -> frozenset[str]:
    if name.endswith("_verbs"):
        return frozenset(form for word in words for form in verb_forms(word))
    if name.endswith("_nouns"):
        return frozenset(form for word in words for form in noun_forms(word))
    return frozenset(words)


def examples() -> list[tuple[str, str]]:
    """Return every example of the lexicons: the sentence with the event's word in brackets, and its modality."""
    texts = [text for group in _read("operators.toml")["group"] for text in group["examples"]]
    texts += _words()["examples"]
    return [(sentence, modality) for sentence, _, modality in (text.rpartition("=") for text in texts)]


@cache
def _words() -> dict[str, list[str]]:
    return _read("words.toml")  # type: ignore[no-any-return]


def _read(name: str) -> Any:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
