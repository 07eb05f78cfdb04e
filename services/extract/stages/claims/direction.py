"""On which side of a verb of saying the words stand that are said, and whether there are any."""

import re
from typing import Final

from services.extract.pattern import Pattern
from services.extract.stages.claims.cue import Cue
from services.extract.stages.claims.lexicon import SpeechVerb, lexicon
from services.extract.stages.claims.words import Line

_ENDS_CLAUSE: Final = Pattern(r"[,”\"’'»—–\-!?]\s*$")


CONTENT_AFTER: Final = Pattern(r"\s*(?:[^,;:\"“]{0,60}\s)?that\s|\s*[^;,.]{0,60}:\s*|\s*,?\s*[\"“‘]")


_ANOTHER_MATTER: Final = Pattern(r"[^,;\"“”]{0,60},\s*(?:whereas|who|whose|even as|just as)\b", re.IGNORECASE)
"""After "…, X said": what turns to something that X does not say."""


_SUBORDINATE: Final = Pattern(r"\s*(?:while|after|as|when|although|though|before|since|even as)\s", re.IGNORECASE)


_NOT_A_TIME: Final = (
    r"(?!(?:same\s+)?(?:day|evening|morning|night|afternoon|week|month|year|time|date|hour|moment|point)\b)"
)


_THAT: Final = Pattern(rf"\s*(?:[^,;:\"“.]{{0,60}}\s)?that\s+{_NOT_A_TIME}")
_COLON: Final = Pattern(r"\s*[^;,.\"“]{0,70}:\s")
_WORD: Final = Pattern(r"\w+")


_FRONTED_WORDS: Final = (
    r"on|in|at|by|after|before|during|since|late|early|earlier|later|yesterday|today|meanwhile|"
    r"however|for|asked|pressed|speaking|at the same time|according|the day|that|this|last|two|three|"
    r"\w+ly|one|despite|while|when|as|a day|hours|quoting|citing|from|with|to|and|but|of|over|"
    r"commenting|answering|separately|the same|then"
)
_FRONTED: Final = Pattern(rf"\s*(?:[\"“(]?\s*)?(?:{_FRONTED_WORDS})\b", re.IGNORECASE)


_CLOSING: Final = frozenset('"”’»')
_NO_HEARER: Final = Pattern(r"\s*,\s*\S")
_HEARER: Final = Pattern(r"\s*(?:(?:the|a|an|his|her|its|their)\s)?(?:[\w’'-]+\s?){0,6},\s*\S")


_AS: Final = Pattern(r"(?<=[,\"”’'»—–-])\s*(?:just\s+|or\s+so\s+)?as\s*$", re.IGNORECASE)
""""…, as the mayor said": what stands before the comma is said."""


def _without_as(before: str) -> str:
    return _AS.sub("", before) if before.rstrip()[-2:].lower() == "as" else before


def set_direction(line: Line, cue: Cue, verb: SpeechVerb, inverted: bool) -> None:
    """Set `left` and `right`."""
    before = _without_as(line.between(line.start, cue.core.start))
    after = line.between(cue.core.end, line.end)
    token = cue.token
    clause_right = clause_left = False
    if token is not None:
        for child in token.children:
            if (
                child.dep_ in ("ccomp", "xcomp")
                and child.i > token.i
                and not any(t.text == ";" for t in token.doc[token.i : child.i])
            ):
                clause_right = True
            if child.dep_ in ("ccomp", "parataxis") and child.i < token.i:
                clause_left = True
        if (
            token.dep_ in ("parataxis", "ccomp")
            and token.head.i < token.i
            and not clause_right
            and _ENDS_CLAUSE.search(before)
        ):
            clause_left = True
    said_that = _THAT.match(after) if "that" in after else None
    if said_that is None and ":" in after:
        said_that = _COLON.match(after)
    if said_that and token is not None and _relative(line, cue.core.end + said_that.end()):
        said_that = None  # "at a press conference that went on for hours"
    ends = bool(_ENDS_CLAUSE.search(before)) and len(before.split()) >= 3
    if ends and before.rstrip()[-1] in "\"”’'»":
        # A quotation right before the verb is what is said; what goes on after the verb mostly is, too.
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    if _WORD.search(after) is None and not cue.participle and len(before.split()) >= 3:
        cue.left = cue.right = True  # nothing follows: what is said stands before, comma or not
        return
    heard = _HEARER if verb.lemma in ("tell", "inform", "remind", "assure") else _NO_HEARER
    if before.rstrip().endswith(",") and heard.match(after) and not cue.participle and before.strip(" ,"):
        # "Malta, two envoys disclosed, gave its consent".
        adjunct = _FRONTED.match(before) is not None and not _clausal(line, cue)
        cue.left, cue.right = not adjunct or len(before.split()) > 5, _ANOTHER_MATTER.match(after) is None
        return
    if ends and not clause_right and _OF_WHAT.match(after) and before.rstrip().endswith(","):
        cue.right = True  # "Blasts in the city, the mayor warns of a second wave"
        return
    content_right = clause_right or bool(said_that) or len(_WORD.findall(after)) > 9
    if ends and before.rstrip().removesuffix(",")[-1:] in _CLOSING:
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    if ends and not content_right and not cue.participle:
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    fronted = ends and len(before.split()) < 14 and _FRONTED.match(before) is not None and not _clausal(line, cue)
    subordinate = ends and _SUBORDINATE.match(before) is not None
    if cue.participle or (said_that and not inverted):
        cue.right = True
        cue.left = bool(ends and not cue.participle and _COLON.match(after) and not fronted and not subordinate)
        return
    if ends and (inverted or clause_left or not clause_right):
        if (fronted or subordinate) and not inverted and not clause_left:
            cue.right = True
            return
        cue.left = True
        cue.right = _ANOTHER_MATTER.match(after) is None
        return
    cue.right = True


def _relative(line: Line, end: int) -> bool:
    """Whether the "that" last before `end` is a pronoun that the next word is the verb of."""
    that = next((w for w in reversed(line.before(end, 2)) if w.low == "that"), None)
    return that is not None and that.token is not None and that.token.tag_ == "WDT"


def _clausal(line: Line, cue: Cue) -> bool:
    """Whether what stands before the cue holds a finite verb outside a subordinate opener."""
    for word in line.words:
        if word.end > cue.core.start:
            return False
        if word.token is not None:
            if word.token.tag_ in ("VBD", "VBZ", "VBP", "MD") and word.token.dep_ not in ("relcl", "advcl", "acl"):
                return True
        elif word.low in ("is", "are", "was", "were", "has", "have", "had", "will") or word.low.endswith("ed"):
            return True
    return False


_OF_WHAT: Final = Pattern(r"\s+(?:of|about)\s+(?!(?:it|this|that)\b)\w+\s+\w+")


_FIGURE: Final = Pattern(
    r"\s+(?:an?|the|its|his|her|their|no)\s+(?:[\w-]+\s+){0,2}(?:tolls?|figures?|numbers?|counts?|estimates?|tally|balance|"
    r"losses|casualties)\b"
)
"""What is given where giving is telling: "gave a toll of four"."""
_PICTURES: Final = Pattern(
    r"\s+(?:an?\s|the\s|its\s|his\s|her\s|their\s|some\s)?(?:[\w-]+\s){0,3}"
    r"(?:videos?|footage|photos?|photographs?|pictures?|images?|clips?|recordings?|maps?)\b[^,;.]{0,50}?"
    r"\b(?:show(?:s|ing|ed)?|of|purport\w*|in\s+which|depict\w*|claim\w*|with)\b"
)
"""Pictures, and that they show something."""
_DEED: Final = Pattern(
    r"\s+(?:(?:the|what|his|her|its|their|this|a|an)\s+)(?:[\w’'-]+\s+){0,4}(?:capture|liberation|seizure|fall|recapture|"
    r"retaking|taking|victory|advances?|destruction|sinking|withdrawal|retreat|failure|defeat|strikes?|attacks?|"
    r"breakthrough|counteroffensive|offensive|shelling|bombing|loss)\b"
)
"""A deed that somebody hails, and by that says to be so."""


def strictly_said(line: Line, cue: Cue) -> bool:
    """Whether a verb that seldom means saying is used so here."""
    after = line.between(cue.core.end, line.end)
    lemma = cue.token.base_ if cue.token is not None else ""
    if lemma == "give":
        return _FIGURE.match(after) is not None
    if lemma in lexicon().shown and _PICTURES.match(after):
        return True
    if lemma in lexicon().hailed and _DEED.match(after):
        return True
    opens = re.fullmatch(r"\s*as\s*", line.between(line.start, cue.core.start), re.IGNORECASE)
    if opens and after.startswith(","):
        return True  # "As Rogov communicates, …"
    if cue.passive and re.search(
        r"\b(?:as|it|this)\s+(?:was|is|has\s+been|(?:it\s+)?(?:was|is))\s+(?:\w+ly\s+)?$",
        line.between(line.start, cue.cue.start),
        re.IGNORECASE,
    ):
        return True
    if (
        re.match(
            r"\s*(?:at\s+least\s+|about\s+|some\s+|up\s+to\s+|almost\s+|nearly\s+|over\s+|more\s+than\s+|around\s+|another\s+)?"
            r"(?:\d[\d,.]*|dozens|hundreds|thousands|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s",
            after,
        )
        and cue.token is not None
        and cue.token.base_ in lexicon().counting
    ):
        return True
    if re.match(r"\s*(?:[^,;:\"“.]{0,30}\s)?that\s", after) or re.match(r"\s*[^;,.\"“]{0,40}:\s", after):
        return True
    before = _without_as(line.between(line.start, cue.core.start)).rstrip()
    if cue.left and (before[-1:] in ",\"”’'»—–-" or before.lower().endswith(", this")):
        return True
    if cue.cue.start < cue.core.end and re.match(
        r"\s*[^,;.]{2,90}?\s(?:at|to|as)\s+(?:\w+\s+){0,3}(?:\d|dozens|hundreds|thousands|tens|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)",
        after,
    ):
        return cue.token is None or cue.token.lower_ in ("put", "puts", "estimated", "estimates", "raised")
    token = cue.token
    return token is not None and any(
        c.dep_ == "ccomp" and c.i > token.i and any(g.dep_ in ("nsubj", "nsubjpass") for g in c.children)
        for c in token.children
    )


def has_content(line: Line, cue: Cue, verb: SpeechVerb) -> bool:
    """Whether a weak verb is used for saying: something said stands beside it."""
    if cue.left or cue.stance in ("denies", "doubts", "declines"):
        return True
    token = cue.token
    set_off = line.between(line.start, cue.core.start).rstrip()[-1:] == ","
    if set_off and re.match(r"\s*,\s*\w", line.between(cue.core.end, line.end)):
        return True  # "Since May, Kirby estimates, the army has lost …"
    if token is None:
        return bool(CONTENT_AFTER.match(line.between(cue.core.end, line.end)))
    if any(c.dep_ in ("ccomp", "xcomp", "prep", "dobj", "dative") and c.i > token.i for c in token.children):
        return not (
            verb.lemma in ("see", "hope", "seek", "consider", "think")
            and not any(c.dep_ == "ccomp" for c in token.children)
        )
    return bool(CONTENT_AFTER.match(line.between(cue.core.end, line.end)))
