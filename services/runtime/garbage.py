"""When a process looks for garbage: seldom, in one that has much that stays."""

import gc
from typing import Final

COLLECTED_EVERY: Final = (20_000, 20, 100)
"""Objects made before the youngest are looked through, and how often these before older ones are."""


def collect_seldom() -> None:
    """Leave alone what is there by now, and look through what comes seldom: to do so again and again holds up whatever
    request or batch is under way, and most of what these make goes without. What they add that stays (statements, plans
    of answers) is looked through no oftener."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)
