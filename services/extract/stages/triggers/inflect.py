"""English inflection of the frames' words: every form of a verb or noun, regular by rule, irregular by table."""

from typing import Final

from services.extract.stages.wordlists import word_list

_IRREGULAR: Final[dict[str, tuple[str, ...]]] = {
    "be": ("am", "is", "are", "was", "were", "been", "being", "'s", "’s", "'re"),
    "have": ("has", "had", "having"),
    "beat": ("beat", "beats", "beaten", "beating"),
    "become": ("became", "become", "becomes", "becoming"),
    "begin": ("began", "begun", "beginning", "begins"),
    "bind": ("bound", "binding"),
    "bite": ("bit", "bitten"),
    "bleed": ("bled",),
    "blow": ("blew", "blown", "blowing", "blows"),
    "break": ("broke", "broken", "breaking", "breaks"),
    "bring": ("brought", "bringing", "brings"),
    "build": ("built",),
    "burn": ("burned", "burnt", "burning", "burns"),
    "burst": ("burst", "bursting", "bursts"),
    "buy": ("bought",),
    "cast": ("cast",),
    "catch": ("caught", "catching", "catches"),
    "choose": ("chose", "chosen"),
    "cling": ("clung",),
    "come": ("came", "coming", "comes"),
    "creep": ("crept",),
    "cut": ("cut", "cutting", "cuts"),
    "die": ("died", "dying", "dies"),
    "dig": ("dug", "digging", "digs"),
    "do": ("did", "done", "doing", "does"),
    "draw": ("drew", "drawn", "drawing", "draws"),
    "drive": ("drove", "driven", "driving", "drives"),
    "drown": ("drowned", "drowning", "drowns"),
    "fall": ("fell", "fallen", "falling", "falls"),
    "feed": ("fed",),
    "fight": ("fought", "fighting", "fights"),
    "find": ("found",),
    "flee": ("fled", "fleeing", "flees"),
    "fling": ("flung",),
    "fly": ("flew", "flown", "flying", "flies"),
    "freeze": ("froze", "frozen"),
    "get": ("got", "gotten", "getting", "gets"),
    "give": ("gave", "given", "giving", "gives"),
    "go": ("went", "gone", "going", "goes"),
    "grind": ("ground", "grinding", "grinds"),
    "hide": ("hid", "hidden"),
    "hit": ("hit", "hitting", "hits"),
    "hold": ("held", "holding", "holds"),
    "hurt": ("hurt", "hurting", "hurts"),
    "keep": ("kept", "keeping", "keeps"),
    "know": ("knew", "known"),
    "lay": ("laid", "laying", "lays"),
    "lead": ("led",),
    "leave": ("left", "leaving", "leaves"),
    "let": ("let", "letting"),
    "lie": ("lay", "lain", "lying", "lies"),
    "lose": ("lost", "losing", "loses"),
    "make": ("made", "making", "makes"),
    "meet": ("met", "meeting", "meets"),
    "pay": ("paid",),
    "put": ("put", "putting", "puts"),
    "repel": ("repelled", "repelling", "repels"),
    "retake": ("retook", "retaken", "retaking", "retakes"),
    "ride": ("rode", "ridden", "riding", "rides"),
    "shake": ("shook", "shaken"),
    "rise": ("rose", "risen"),
    "run": ("ran", "running", "runs", "run"),
    "seek": ("sought",),
    "sell": ("sold", "selling", "sells"),
    "send": ("sent", "sending", "sends"),
    "set": ("set", "setting", "sets"),
    "shoot": ("shot", "shooting", "shoots"),
    "shut": ("shut", "shutting", "shuts"),
    "sink": ("sank", "sunk", "sinking", "sinks"),
    "sit": ("sat", "sitting"),
    "sling": ("slung",),
    "spend": ("spent",),
    "stand": ("stood", "standing", "stands"),
    "steal": ("stole", "stolen"),
    "stick": ("stuck",),
    "strike": ("struck", "stricken", "striking", "strikes"),
    "sweep": ("swept", "sweeping", "sweeps"),
    "swing": ("swung",),
    "take": ("took", "taken", "taking", "takes"),
    "tear": ("tore", "torn", "tearing", "tears"),
    "throw": ("threw", "thrown", "throwing", "throws"),
    "understand": ("understood",),
    "win": ("won", "winning", "wins"),
    "withdraw": ("withdrew", "withdrawn", "withdrawing", "withdraws"),
    "withstand": ("withstood", "withstanding", "withstands"),
    "write": ("wrote", "written"),
    "overrun": ("overran", "overrunning", "overruns"),
    "overthrow": ("overthrew", "overthrown"),
    "wring": ("wrung",),
    "spread": ("spread",),
    "slip": ("slipped", "slipping", "slips"),
    "shed": ("shed",),
    "slay": ("slew", "slain"),
    "rout": ("routed", "routing"),
    "ground": ("grounded", "grounding"),
    "raze": ("razed", "razing"),
    "bog": ("bogged",),
}
_DOUBLED: Final = word_list("inflect", "doubled")
_PLURALS: Final = {"man": "men", "woman": "women", "child": "children", "foothold": "footholds", "loss": "losses"}


def verb_forms(word: str) -> set[str]:
    """Return all forms of the verb, itself among them."""
    forms = {word, _s(word)}
    prefix, base = _split(word)
    if base in _IRREGULAR:
        forms |= {prefix + form for form in _IRREGULAR[base]}
        if base != "be":
            forms |= {prefix + _s(base), prefix + _ing(base)}
        return forms
    return forms | {_ed(word), _ing(word)}


def noun_forms(word: str) -> set[str]:
    """Return singular and plural."""
    return {word, _PLURALS.get(word, _s(word))}


def _split(word: str) -> tuple[str, str]:
    """Return (prefix, verb): "re-take" is inflected like "take"."""
    for prefix in ("re-", "de-", "counter-", "re", "out", "over", "under"):
        if word.startswith(prefix) and word.removeprefix(prefix) in _IRREGULAR and word not in _IRREGULAR:
            return prefix, word.removeprefix(prefix)
    return "", word


def _s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")) or (word.endswith("o") and word != "video"):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + "s"


def _ed(word: str) -> str:
    if word.endswith("e"):
        return word + "d"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ied"
    return word + (word[-1] if word in _DOUBLED else "") + "ed"


def _ing(word: str) -> str:
    if word.endswith("ie"):
        return word[:-2] + "ying"
    if word.endswith("e") and not word.endswith(("ee", "ye", "oe")):
        return word[:-1] + "ing"
    return word + (word[-1] if word in _DOUBLED else "") + "ing"
