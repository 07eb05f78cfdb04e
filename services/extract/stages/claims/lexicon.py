"""The claims lexicons, read once: verbs of saying by inflected form, speakers without a name, set phrases, channels."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.contracts.taxonomy import Act, Stance
from services.extract.pattern import Pattern
from services.extract.stages.alternatives import alternatives
from services.extract.stages.wordforms import noun_forms, verb_forms
from services.extract.stages.wordindex import lowered

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SpeechVerb:
    """What a verb of saying makes of the claim. `negated`: `none`, `keep`, or `declines`."""

    lemma: str
    act: Act
    stance: Stance
    weak: bool
    """Counts only with a subject that can speak."""
    negated: str
    strict: bool = False
    """Counts only beside a quotation, a colon, a that-clause, or after the clause that it reports."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Set phrases as one pattern, with one word of each: most sentences have none of these, and are not searched."""

    pattern: Pattern
    """Of a text in lower case: without regard to case a search takes five times as long."""
    needed: frozenset[str]
    """Lower-case; each a whole run of letters and digits."""

    def found(self, text: str, vocabulary: frozenset[str]) -> Iterator[re.Match[str]]:
        """Yield the matches in `text` in lower case, whose words are `vocabulary` (see `vocabulary_of`)."""
        if self.needed.isdisjoint(vocabulary):
            return iter(())
        return self.pattern.finditer(lowered(text))


@dataclass(frozen=True, slots=True)
class Lexicon:
    verbs: dict[str, SpeechVerb]
    """By form; phrasal verbs by "form particle"."""
    first_words: frozenset[str]
    """The first word of each of them."""
    phrasal: frozenset[str]
    """Those that begin a longer one: "point out"."""
    decline_verbs: frozenset[str]
    decline_phrases: Phrases
    people: frozenset[str]
    bodies: frozenset[str]
    impersonal: frozenset[str]
    sides: dict[str, str]
    channels: tuple[tuple[str, Phrases], ...]
    channel_words: frozenset[str]
    """A sentence without one of these names no channel."""
    according: Phrases
    possessive: frozenset[str]
    citing: Phrases
    heading: frozenset[str]
    denials: Phrases
    unverified: Phrases
    no_evidence: Phrases
    answering: frozenset[str]
    """A sentence without one of these has none of the four before."""
    convinced: Phrases
    """"Is adamant that": from the copula to the conjunction, in any case."""
    claim_nouns: Phrases
    """"Claims by … that", with the groups `noun` and `by`."""
    offices: frozenset[str]
    own_bodies: frozenset[str]
    """Bodies of a state that speak for themselves: "Seoul's spy agency" is not South Korea."""
    shown: frozenset[str]
    hailed: frozenset[str]
    counting: frozenset[str]
    trigger_words: frozenset[str]
    """Every single word that can begin an attribution: what `needs_parse` looks for."""


def phrases(words: list[str]) -> Phrases:
    """Return one pattern for all the phrases, longest first, on word boundaries, any white space between words."""
    body = alternatives((" ".join(word.lower().split()) for word in words), blank=r"\s+")
    pattern = Pattern(rf"(?<!\w)(?:{body})(?!\w)")
    return Phrases(pattern, frozenset(word_of(phrase) for phrase in words))


_WORDS: Final = Pattern(r"\w+")


def word_of(phrase: str) -> str:
    """Return the longest word of `phrase`, as the vocabulary has it."""
    words: list[str] = _WORDS.findall(phrase.lower())
    return max(words, key=len)


def vocabulary_of(text: str) -> frozenset[str]:
    """Return the words of `text`: runs of letters and digits, lower-case."""
    return frozenset(_WORDS.findall(text.lower()))


def _convinced(adjectives: list[str], certainty: list[str]) -> Phrases:
    ordered = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(adjectives, key=len, reverse=True))
    certain = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(certainty, key=len, reverse=True))
    copula = r"(?:is|was|are|were|remain(?:s|ed)?|seem(?:s|ed)?|sound(?:s|ed)?|appear(?:s|ed)?)"
    pattern = Pattern(
        rf"\b(?:{copula}\s+(?:(?:\w+ly|not|also|still|quite|less than|far from)\s+)?(?:{ordered})|{certain})\s+that\b",
        re.IGNORECASE,
    )
    return Phrases(pattern, frozenset(word_of(phrase) for phrase in (*adjectives, *certainty)))


def _claim_nouns(nouns: list[str]) -> Phrases:
    forms = {form for noun in nouns for form in noun_forms(noun)}
    pattern = Pattern(
        rf"\b(?P<noun>{alternatives(forms)})(?P<by>\s+(?:by|from|of|in)\s+[^,;:.\"“”]{{2,60}}?)?"
        r"(?:\s*:|\s+to\s+(?=(?:have|be|control|hold)\b)|\s+of\s+(?=(?:having\s+)?\w{3,}ing\b|(?:the\s+)?(?:capture|seizure|fall)\b)|"
        r"(?:\s+(?:is|was|runs|ran|goes|went|that\s+day|on\s+\w+day|this\s+week|then)(?:\s+\w+)?)?\s+that\b"
        r"(?!\s+(?:is|was|has|had|were|are)\b))"
    )
    return Phrases(pattern, frozenset(word_of(form) for form in forms))


@cache
def lexicon() -> Lexicon:
    """Return the lexicons."""
    speech, speakers, fixed = _read("speech.toml"), _read("speakers.toml"), _read("phrases.toml")
    verbs: dict[str, SpeechVerb] = {}
    strict = frozenset(speech["strict"]["verbs"])
    for group in speech["verb"]:
        weak = group.get("needs") == "speaker"
        for lemma in group["verbs"]:
            verb = SpeechVerb(lemma, group["act"], group["stance"], weak, group["negated"], lemma in strict)
            for form in verb_forms(lemma):
                verbs.setdefault(form, verb)
    declines = speech["declines"][0]
    everyday = frozenset(form for lemma in speech["everyday"]["verbs"] for form in verb_forms(lemma))
    replies = [
        phrases(words) for words in (declines["phrases"], fixed["denials"], fixed["unverified"], fixed["no_evidence"])
    ]
    channels = tuple((name, phrases(words)) for name, words in speakers["channels"].items())
    return Lexicon(
        verbs=verbs,
        first_words=frozenset(form.split(" ")[0] for form in verbs),
        phrasal=frozenset(form.split(" ")[0] for form in verbs if " " in form),
        decline_verbs=frozenset(form for lemma in declines["negated_verbs"] for form in verb_forms(lemma)),
        decline_phrases=replies[0],
        people=frozenset(form for noun in speakers["people"] for form in noun_forms(noun)),
        bodies=frozenset(form for noun in speakers["bodies"] for form in noun_forms(noun)),
        impersonal=frozenset(form for noun in speakers["impersonal"] for form in noun_forms(noun)),
        sides=speakers["sides"],
        channels=channels,
        channel_words=frozenset(word for _, named in channels for word in named.needed),
        according=phrases(fixed["according"]),
        possessive=frozenset(fixed["possessive"]),
        citing=phrases(fixed["citing"]),
        heading=frozenset(fixed["heading"]),
        denials=replies[1],
        unverified=replies[2],
        no_evidence=replies[3],
        answering=frozenset(word for told in replies for word in told.needed),
        convinced=_convinced(fixed["convinced"], fixed["certainty"]),
        claim_nouns=_claim_nouns(fixed["claim_nouns"]),
        offices=frozenset(speakers["offices"]),
        own_bodies=frozenset(speakers["own_bodies"]),
        shown=frozenset(speech["objects"]["shown"]),
        hailed=frozenset(speech["objects"]["hailed"]),
        counting=frozenset(speech["objects"]["counting"]),
        trigger_words=frozenset(form.split()[0] for form in verbs) - everyday | {"according", "footage", "geolocated"},
    )


def own_words() -> Pattern:
    """Return the pattern of what shows that a sentence goes on with a speaker's words."""
    fixed = _read("phrases.toml")
    return Pattern(rf"\b(?:{'|'.join(fixed['own'])})\b|^(?:{'|'.join(fixed['own_subjects'])})\b", re.IGNORECASE)


def word_list(table: str, name: str) -> frozenset[str]:
    """Return one list of `speakers.toml`. Raises KeyError where there is none of that name."""
    return frozenset(_read("speakers.toml")[table][name])


def examples() -> list[tuple[str, str]]:
    """Return the lexicon's examples: sentence with the event's word in brackets, and the words of the source."""
    speech = _read("speech.toml")
    texts = [text for group in [*speech["verb"], *speech["declines"]] for text in group["examples"]]
    return [(sentence, source) for sentence, _, source in (text.rpartition("=") for text in texts)]


@cache
def _read(name: str) -> Any:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
