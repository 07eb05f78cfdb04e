"""How effects that stand above one another combine: "no plan to prevent a withdrawal", from the inside out.

An effect is what one word does to what stands under it; a state is what has come of it so far. Besides the five
modalities there are two states that only an outer word decides: `averted` (negated when told as done, possible when
it is a purpose) and `excluded` (negated, but possible under a negation).
"""

from typing import Final, Literal

from services.contracts.taxonomy import Modality

Effect = Literal[
    "actual",
    "intended",
    "possible",
    "believed",
    "conditional",
    "negated",
    "averted",
    "excluded",
    "attempt",
    "permitted",
]
State = Literal["actual", "intended", "possible", "conditional", "negated", "averted", "excluded"]

_FINAL: Final[dict[State, Modality]] = {
    "actual": "actual",
    "intended": "intended",
    "possible": "possible",
    "conditional": "conditional",
    "negated": "negated",
    "averted": "negated",
    "excluded": "negated",
}


def compose(effect: Effect, inner: State) -> State:
    """Return the state of an event that stood in state `inner`, under one more word with `effect`."""
    if inner == "conditional" or effect == "conditional":
        return "conditional"
    if effect == "negated":
        if inner == "negated":
            return "negated"
        if inner == "averted":
            return "actual"
        return "possible" if inner == "excluded" else "negated"
    if effect in ("intended", "attempt"):
        if inner == "actual":
            return "intended"
        return "possible" if inner == "averted" else inner
    if effect in ("possible", "permitted"):
        return inner if inner in ("negated", "excluded") else "possible"
    if effect == "believed":
        return "possible" if inner in ("intended", "possible", "averted") else inner
    if effect == "averted":
        return "actual" if inner == "negated" else "averted"
    if effect == "excluded":
        return "excluded"
    return inner


def final(state: State) -> Modality:
    """Return the modality that a state comes to when nothing more stands above it."""
    return _FINAL[state]
