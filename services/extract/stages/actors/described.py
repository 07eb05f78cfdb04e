"""Actors by what they are: "Russian airborne troops", "a senior U.S. official", "local residents", "the enemy"."""

import re
import sys
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from services.contracts.taxonomy import ActorKind
from services.extract.document import ActorMention, Document, Span
from services.extract.gazetteer import Word
from services.extract.pattern import Pattern
from services.extract.stages.actors import lexicon as lx
from services.extract.stages.actors.voice import OPPOSITE

_TIGHT: Final = Pattern(r"(?:['’]s?)?[ \u00a0\"“”-]{1,3}$|(?:['’])[ ]$|\. $")
_LEFT: Final = lx.word_list("described", "before")
_NOT_FIRST: Final = lx.word_list("described", "not_first")
ENEMY: Final = lx.word_list("described", "enemy")
"""The other side, from the speaker's."""
OURS: Final = frozenset(["our", "we"])
_OPENING: Final = frozenset(
    phrase.split(" ", 1)[0]
    for phrases in (lx.SIDES, lx.BARE, lx.HEADS, lx.HOSTILE, ENEMY, ("our",))
    for phrase in phrases
)
"""Every word that an actor told by a side, a head or a noun can begin with."""


def described(doc: Document, words: list[Word], taken: set[int], sides: "SpeakerSides") -> list[ActorMention]:
    """Return the actors told by a side and a head noun, or by a noun alone; `taken` are words already used."""
    found: list[ActorMention] = []
    done = 0
    for index in range(len(words)):
        if index < done or index in taken:
            continue
        key = words[index].key
        if key not in _OPENING and " " not in key:
            continue
        hit = _with_side(doc, words, index, taken) or _bare(doc, words, index, taken, sides)
        if hit is not None:
            mention, done = hit
            found.append(mention)
    return found


class SpeakerSides:
    """Which side "the enemy" is on at a place in the text: by the speaker of the sentence, else by the text's voice."""

    def __init__(self, voice: str, speakers: Sequence[tuple[int, int, str]]) -> None:
        self.voice = voice
        heard: dict[tuple[int, int], str] = {}
        for start, end, side in speakers:
            heard.setdefault((start, end), side)
        self._spans = sorted(heard)
        self._heard = heard
        """(start, end) of whole sentences in which a speaker of known side is heard, and the first such side."""

    def at(self, offset: int) -> str:
        """The side of whoever speaks at `offset`."""
        at = bisect_right(self._spans, (offset, sys.maxsize)) - 1
        if at >= 0 and self._spans[at][0] <= offset < self._spans[at][1]:
            return self._heard[self._spans[at]]
        return self.voice


def _key(words: list[Word], start: int, size: int) -> str:
    if size == 1:
        return words[start].key
    return " ".join([w.key for w in words[start : start + size]])


def _side_at(words: list[Word], index: int, text: str) -> tuple[str, int] | None:
    for size in (2, 1):
        if index + size <= len(words):
            key = _key(words, index, size)
            side = lx.SIDES.get(key)
            if side and (size == 1 or _tight(text, words, index, index + 1)):
                if (
                    size == 1
                    and key in ("us", "un", "uk", "eu")
                    and not text[words[index].start : words[index].end].isupper()
                ):
                    return None
                return side, size
    return None


def _tight(text: str, words: list[Word], first: int, second: int) -> bool:
    start, end = words[first].end, words[second].start
    return (end - start == 1 and text[start] == " ") or _TIGHT.match(text, start, end) is not None


def _head_at(words: list[Word], index: int) -> tuple[ActorKind, int] | None:
    for size in (3, 2, 1):
        if index + size <= len(words):
            kind = lx.HEADS.get(_key(words, index, size))
            if kind is not None:
                return kind, size
    return None


def _with_side(doc: Document, words: list[Word], index: int, taken: set[int]) -> tuple[ActorMention, int] | None:
    text = doc.text
    told = _side_at(words, index, text)
    if told is None:
        return None
    side, size = told
    if not words[index].capital and words[index].key not in (
        "pro", "separatist", "occupation", "occupying", "soviet", "moscow", "kremlin", "russian", "ukrainian", "wagner",
        "western", "orc", "american", "rashist", "ruscist", "racist", "ukraini",
    ):  # fmt: skip
        return None
    if words[index].key == "pro" and index + 1 < len(words):
        size = 2
        side = lx.SIDES.get(words[index + 1].key, side)
    at = index + size
    if at < len(words) and words[at].key in _PARTICIPLES:
        if words[at].key in ("held", "controlled", "occupied", "led", "made", "supplied"):
            if words[index].key not in _PEOPLES:
                return None
            return _made(doc, words, index, at, side, "MIL", "people"), at
        at += 1
    begin = at
    head: tuple[ActorKind, int] | None = None
    end = at
    steps = 0
    while at < len(words) and steps < 6 and (at == begin or _tight(text, words, at - 1, at)):
        if at == begin and not _tight(text, words, at - 1, at):
            break
        if at in taken:
            break
        deed = words[at].key in lx.DEEDS
        got = _head_at(words, at)
        if deed and (got is None or words[at].key in lx.DEEDS):
            if head is None:
                return _adjective(doc, words, index, size, side)
            break
        if got is not None:
            head = got
            at += got[1]
            end = at
            continue
        if head is not None or not (words[at].key in lx.MODIFIERS or words[at].key.isdigit()):
            break
        at += 1
        steps += 1
    plural = words[index].key in _PEOPLES or (size == 2 and words[index + 1].key.endswith("koreans"))
    if head is None:
        joint = _joint_head(words, index + size)
        if joint is not None:
            return _made(doc, words, index, index + size, side, joint, "joint"), index + size
        if plural:
            kind: ActorKind = "MIL" if words[index].key in ("russians", "ukrainians", "koreans") else "CIV"
            if size == 2:
                kind = "MIL"
            return _made(doc, words, index, index + size, side, kind, "people"), index + size
        follows = index + size < len(words) and _tight(text, words, index + size - 1, index + size)
        if side in ("UKR", "RUS") and words[index].key in ("russian", "ukrainian", "rashist") and follows:
            if words[index + size].key in _NOT_A_DEED:
                return None
            return _adjective(doc, words, index, size, side)
        return None
    kind = head[0]
    last = words[end - 1].key
    middle = {w.key for w in words[index:end]}
    speaking = last in ("spokesman", "spokeswoman", "spokesperson", "officials", "official", "chief", "head")
    armed = middle & {"army", "military", "forces", "force", "command", "brigade", "fleet", "corps", "navy"}
    if kind == "GOV" and speaking and armed:
        kind = "MIL"
    if kind == "MIL" and side in ("EU", "UN"):
        kind = "ORG"
    proxies = {"separatist", "installed", "backed", "appointed", "occupation"}
    if (middle & proxies or words[index].key == "separatist") and side == "RUS" and kind in ("GOV", "MIL"):
        kind = "PROXY"
    return _made(doc, words, index, end, side, kind, "side_and_head"), end


def _joint_head(words: list[Word], at: int) -> ActorKind | None:
    """Return the kind of what two sides share: "Russian and Ukrainian delegations"."""
    if at + 2 >= len(words) or words[at].key != "and":
        return None
    second = lx.SIDES.get(words[at + 1].key)
    head = _head_at(words, at + 2) if second is not None else None
    return head[0] if head is not None and head[0] in ("GOV", "MIL", "PER") else None


_PARTICIPLES: Final = lx.word_list("described", "participles")
_NOT_A_DEED: Final = lx.word_list("described", "not_a_deed")
_PEOPLES: Final = lx.word_list("described", "peoples")


def _adjective(doc: Document, words: list[Word], index: int, size: int, side: str) -> tuple[ActorMention, int]:
    start, end = words[index].start, words[index + size - 1].end
    mention = ActorMention(
        Span(start, end), doc.text[start:end], doc.text[start:end], f"{side}/MIL", side, "MIL", False, False,
        "adjective_of_deed",
    )  # fmt: skip
    return mention, index + size


_WHOSE: Final = Pattern(r"^(?:the|our|their|his|its)\s+", re.IGNORECASE)


def _made(
    doc: Document, words: list[Word], first: int, end: int, side: str | None, kind: ActorKind, rule: str
) -> ActorMention:
    text = doc.text
    left = first
    while left > 0 and words[left - 1].key in _LEFT and _tight(text, words, left - 1, left) and first - left < 5:
        left -= 1
    while left < first and words[left].key in _NOT_FIRST:
        left += 1
    span = Span(words[left].start, words[end - 1].end)
    surface = text[span.start : span.end]
    last = words[end - 1].key
    generic = {w.key for w in words[first:end]} & {"forces", "troops", "army", "military", "russians", "ukrainians"}
    identifier = f"{side}/{kind}" if side and (kind in ("MIL", "PROXY", "PMC") or generic) else None
    speaks = kind in ("GOV", "MEDIA", "ORG", "PER", "CIV", "PROXY") or last in lx.PERSONS
    name = _WHOSE.sub("", surface)
    return ActorMention(span, surface, name, identifier, side, kind, False, speaks, rule)


def _bare(
    doc: Document, words: list[Word], index: int, taken: set[int], sides: SpeakerSides
) -> tuple[ActorMention, int] | None:
    word = words[index]
    text = doc.text
    speaker = sides.at(word.start)
    before = words[index - 1].key if index and _tight(text, words, index - 1, index) else ""
    key2 = _key(words, index, 2) if index + 1 < len(words) and _tight(text, words, index, index + 1) else ""
    if word.key in ENEMY or word.key in lx.HOSTILE or key2 in lx.HOSTILE:
        if word.key == "enemy" and index + 1 < len(words) and _tight(text, words, index, index + 1):
            got = _head_at(words, index + 1)
            end = index + 1
            if got is not None and words[index + 1].key not in lx.DEEDS:
                end += got[1]
            return _made(doc, words, index, end, OPPOSITE.get(speaker, "RUS"), "MIL", "enemy"), end
        key = key2 if key2 in lx.HOSTILE and word.key not in lx.HOSTILE else word.key
        side_named = lx.HOSTILE.get(key) if key in lx.HOSTILE else None
        if key == "militants" and speaker != "RUS" and sides.voice != "RUS":
            side_named = "RUS"
        side = side_named or OPPOSITE.get(speaker, "RUS")
        if word.key in ("attackers", "attacker", "opponent"):
            side = OPPOSITE.get(speaker, "RUS")
        size = 2 if key2 in lx.HOSTILE and word.key not in lx.HOSTILE and word.key not in ENEMY else 1
        kind: ActorKind = "PROXY" if key in ("separatists", "rebels", "collaborators") else "MIL"
        return _made(doc, words, index, index + size, side, kind, "enemy"), index + size
    if word.key == "our":
        at = index + 1
        steps = 0
        while at < len(words) and steps < 4 and _tight(text, words, at - 1, at):
            got = _head_at(words, at)
            if got is not None and got[0] in ("MIL", "GOV", "CIV") and at not in taken:
                end = at + got[1]
                if words[at].key in lx.DEEDS:
                    return None
                return _made(doc, words, at, end, speaker, got[0], "ours"), end
            if words[at].key not in lx.MODIFIERS:
                return None
            at += 1
            steps += 1
        return None
    for size in (2, 1):
        if index + size > len(words) or (size == 2 and not key2):
            continue
        key = _key(words, index, size)
        bare = lx.BARE.get(key)
        head = lx.HEADS.get(key)
        if bare is not None:
            return _made(
                doc, words, index, index + size, _bare_side(key, bare, sides, speaker), bare, "noun"
            ), index + size
        if head is not None and before in ("the", "a", "an", "local", "its", "their", "his", "this", "one", "another"):
            if key in lx.DEEDS or key in _NOT_BARE or _followed_by_head(words, index + size, text):
                return None
            told = _bare_side(key, head, sides, speaker)
            return _made(doc, words, index, index + size, told, head, "noun"), index + size
    return None


_NOT_BARE: Final = lx.word_list("described", "not_bare")


def _followed_by_head(words: list[Word], index: int, text: str) -> bool:
    return index < len(words) and _tight(text, words, index - 1, index) and _head_at(words, index) is not None


_WAR_PRESS: Final = lx.word_list("described", "war_press")
"""Reports of this war call so those of the Russian side."""


def _bare_side(key: str, kind: ActorKind, sides: SpeakerSides, speaker: str) -> str | None:
    if key in ("defenders", "defender", "garrison"):
        return "UKR" if "UKR" in (sides.voice, speaker) else speaker  # also where the attacker tells of them
    if key in ("border guards", "air defences", "air defenses", "air defence",
               "air defense", "rescuers", "emergency services", "firefighters"):  # fmt: skip
        return speaker
    if key in _WAR_PRESS:
        return "RUS"
    if key in ("mercenaries",):
        return "RUS" if sides.voice == "UKR" else None
    if key in ("subversive groups", "sabotage groups", "saboteurs"):
        return OPPOSITE.get(speaker)
    return None
