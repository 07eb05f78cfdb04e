"""Inflected forms of English lexicon words, so that lexicons list lemmas and lookups need no lemmatiser.

Used by the modality and claims stages when they load their lexicons; nothing here runs per article.
"""

from collections.abc import Iterable
from functools import cache

_IRREGULAR: dict[str, tuple[str, ...]] = {
    "arise": ("arises", "arose", "arisen", "arising"),
    "be": ("am", "is", "are", "was", "were", "been", "being"),
    "become": ("becomes", "became", "becoming"),
    "begin": ("begins", "began", "begun", "beginning"),
    "bid": ("bids", "bidding"),
    "bring": ("brings", "brought", "bringing"),
    "build": ("builds", "built", "building"),
    "choose": ("chooses", "chose", "chosen", "choosing"),
    "come": ("comes", "came", "coming"),
    "deny": ("denies", "denys", "denied", "denying"),
    "do": ("does", "did", "done", "doing"),
    "draw": ("draws", "drew", "drawn", "drawing"),
    "drive": ("drives", "drove", "driven", "driving"),
    "fall": ("falls", "fell", "fallen", "falling"),
    "feel": ("feels", "felt", "feeling"),
    "find": ("finds", "found", "finding"),
    "forbid": ("forbids", "forbade", "forbidden", "forbidding"),
    "foresee": ("foresees", "foresaw", "foreseen", "foreseeing"),
    "forget": ("forgets", "forgot", "forgotten", "forgetting"),
    "get": ("gets", "got", "gotten", "getting"),
    "give": ("gives", "gave", "given", "giving"),
    "go": ("goes", "went", "gone", "going"),
    "have": ("has", "had", "having"),
    "hear": ("hears", "heard", "hearing"),
    "hold": ("holds", "held", "holding"),
    "keep": ("keeps", "kept", "keeping"),
    "know": ("knows", "knew", "known", "knowing"),
    "lay": ("lays", "laid", "laying"),
    "lead": ("leads", "led", "leading"),
    "learn": ("learns", "learned", "learnt", "learning"),
    "leave": ("leaves", "left", "leaving"),
    "let": ("lets", "letting"),
    "light": ("lights", "lit", "lighted", "lighting"),
    "lose": ("loses", "lost", "losing"),
    "make": ("makes", "made", "making"),
    "mean": ("means", "meant", "meaning"),
    "meet": ("meets", "met", "meeting"),
    "own": ("owns", "owned", "owning"),
    "pay": ("pays", "paid", "paying"),
    "put": ("puts", "putting"),
    "quit": ("quits", "quitting"),
    "read": ("reads", "reading"),
    "run": ("runs", "ran", "running"),
    "say": ("says", "said", "saying"),
    "see": ("sees", "saw", "seen", "seeing"),
    "seek": ("seeks", "sought", "seeking"),
    "send": ("sends", "sent", "sending"),
    "set": ("sets", "setting"),
    "show": ("shows", "showed", "shown", "showing"),
    "speak": ("speaks", "spoke", "spoken", "speaking"),
    "stand": ("stands", "stood", "standing"),
    "stick": ("sticks", "stuck", "sticking"),
    "strike": ("strikes", "struck", "stricken", "striking"),
    "swear": ("swears", "swore", "sworn", "swearing"),
    "take": ("takes", "took", "taken", "taking"),
    "teach": ("teaches", "taught", "teaching"),
    "tell": ("tells", "told", "telling"),
    "think": ("thinks", "thought", "thinking"),
    "throw": ("throws", "threw", "thrown", "throwing"),
    "understand": ("understands", "understood", "understanding"),
    "undertake": ("undertakes", "undertook", "undertaken", "undertaking"),
    "undergo": ("undergoes", "underwent", "undergone", "undergoing"),
    "wage": ("wages", "waged", "waging"),
    "withhold": ("withholds", "withheld", "withholding"),
    "withdraw": ("withdraws", "withdrew", "withdrawn", "withdrawing"),
    "write": ("writes", "wrote", "written", "writing"),
}
_DOUBLED = frozenset(
    [
        "admit",
        "commit",
        "plan",
        "stop",
        "drop",
        "permit",
        "bar",
        "ban",
        "prefer",
        "refer",
        "quip",
        "snap",
        "plot",
        "rebut",
        "submit",
        "step",
        "slip",
        "hit",
        "cut",
        "regret",
        "brag",
        "concur",
        "stun",
        "pin",
        "trap",
        "nod",
        "blog",
    ]
)
_VOWELS = "aeiou"


@cache
def verb_forms(lemma: str) -> frozenset[str]:
    """Every inflected form of one verb, itself included. Spelling rules first, a table for the irregular ones.

    A phrase ("rule out") is inflected on its first word.
    """
    first, _, rest = lemma.partition(" ")
    tail = f" {rest}" if rest else ""
    if first in _IRREGULAR:
        forms: Iterable[str] = (first, *_IRREGULAR[first])
    elif first.endswith("e"):
        forms = (first, first + "s", first + "d", first[:-1] + "ing")
    elif first.endswith("y") and len(first) > 2 and first[-2] not in _VOWELS:
        forms = (first, first[:-1] + "ies", first[:-1] + "ied", first + "ing")
    elif first in _DOUBLED:
        forms = (first, first + "s", first + first[-1] + "ed", first + first[-1] + "ing")
    elif first.endswith(("s", "sh", "ch", "x", "z")):
        forms = (first, first + "es", first + "ed", first + "ing")
    elif first in {"signal", "label", "model", "travel", "counsel"}:
        forms = (first, first + "s", first + "ed", first + "led", first + "ing", first + "ling")
    else:
        forms = (first, first + "s", first + "ed", first + "ing")
    return frozenset(form + tail for form in forms)


@cache
def noun_forms(lemma: str) -> frozenset[str]:
    """Singular and plural of one noun, regular spelling."""
    if lemma.endswith("y") and len(lemma) > 2 and lemma[-2] not in _VOWELS:
        return frozenset((lemma, lemma[:-1] + "ies"))
    if lemma.endswith(("s", "sh", "ch", "x")):
        return frozenset((lemma, lemma + "es"))
    if lemma.endswith("man"):
        return frozenset((lemma, lemma[:-3] + "men"))
    return frozenset((lemma, lemma + "s"))
