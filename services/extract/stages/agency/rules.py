"""The rules of agency, in the order in which they are asked."""

from collections.abc import Callable
from typing import Final

from services.extract.document import ActorMention
from services.extract.stages.agency.antecedents import bare_force, pronoun
from services.extract.stages.agency.chains import alongside, by_phrase, caused, governed, sole, subject
from services.extract.stages.agency.consequences import accused, consequence, system, victim, weapon
from services.extract.stages.agency.scene import Case, Scene
from services.extract.stages.agency.speaking import claimant, donor, dwellers, flag, ours

Rule = Callable[[Scene, Case], ActorMention | None]

RULES: Final[dict[str, Rule]] = {
    "subject": subject,
    "ours": ours,
    "flag": flag,
    "by_phrase": by_phrase,
    "governed": governed,
    "caused": caused,
    "pronoun": pronoun,
    "bare_force": bare_force,
    "weapon": weapon,
    "victim": victim,
    "claimant": claimant,
    "consequence": consequence,
    "alongside": alongside,
    "sole": sole,
    "accused": accused,
    "system": system,
    "donor": donor,
    "dwellers": dwellers,
}
