"""When which fault begins (pure): drawn from the seed, spread over the time in which articles are sent."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

EVERYWHERE: Final = (
    "kill ingest",
    "kill extract",
    "kill projector",
    "kill a reading process",
    "extract workers join",
    "extract workers leave",
    "Postgres killed",
    "Postgres frozen",
    "Postgres out of connections",
    "deadlock",
    "disk full",
    "slow projector",
    "slow extract worker",
    "poison",
    "partitions of articles again",
    "partitions of the tables again",
    "clock ahead",
    "clock behind",
    "rolling restart",
)
OF_THE_BROKER: Final = ("broker killed", "broker frozen")
OFTEN: Final = ("kill ingest", "kill extract", "kill projector")
SHORT: Final = (
    "kill ingest",
    "kill extract",
    "kill projector",
    "extract workers join",
    "extract workers leave",
    "Postgres killed",
    "deadlock",
    "poison",
    "partitions of the tables again",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """`at` is in seconds from the first article; `number` counts the fault's repetitions."""

    at: float
    fault: str
    number: int


def plan(seed: int, seconds: float, *, broker: bool, short: bool) -> list[Planned]:
    """The faults in the order in which they begin.

    The short schedule has each of its faults once; the long one has every fault, as often as fits with one each 35 s
    or so, and kills more often than others.
    """
    chance = random.Random(seed)
    every = [*(SHORT if short else EVERYWHERE), *(OF_THE_BROKER if broker else ())]
    if short and broker:
        every.remove("Postgres killed")
        every.remove("broker frozen")
    names: list[str] = []
    rounds = 1 if short else max(1, round(seconds / 35 / (len(every) + len(OFTEN))))
    for _ in range(rounds):
        names += _shuffled(chance, every if short else [*every, *OFTEN])
    if short:
        # A new worker takes long to load its model: the rest is to happen while articles come.
        names.sort(key=lambda name: (name == "extract workers leave") - (name == "extract workers join"))
    # The last articles are sent when the last fault is over.
    step = seconds / (len(names) + 2)
    seen: dict[str, int] = {}
    planned = []
    for number, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        planned.append(Planned((number + 0.5 + chance.uniform(-0.3, 0.3)) * step, name, seen[name]))
    return planned


def _shuffled(chance: random.Random, names: Sequence[str]) -> list[str]:
    found = list(names)
    chance.shuffle(found)
    # Who leaves has joined before.
    join, leave = found.index("extract workers join"), found.index("extract workers leave")
    if leave < join:
        found[join], found[leave] = found[leave], found[join]
    return found
