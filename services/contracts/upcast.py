"""Old records made new on reading: one step for each version of the schema, from the JSON of one to that of the next.

The log is kept for ever, so everything that was ever written in it is read by today's code. A change that a reader of
the last version could not read raises `messages.SCHEMA_VERSION` and comes with a step here for each message that it
touches. A step takes and returns plain JSON values, looks at no structure (those are of today) and must not fail on
anything that was valid in its version. `schemas/released/` and `examples/released/` keep each version as it was; a
test reads every example of every version.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from services.contracts.messages import SCHEMA_VERSION, Struct

Json = dict[str, Any]
Step = Callable[[Json], Json]

STEPS: Final[Mapping[int, Mapping[type[Struct], Step]]] = {}
"""Version -> message -> the step from it to the next version. A message that did not change has none."""


def upcast(
    kind: type[Struct],
    data: Json,
    written: int,
    *,
    steps: Mapping[int, Mapping[type[Struct], Step]] = STEPS,
    current: int = SCHEMA_VERSION,
) -> Json:
    """Return `data`, a message of `kind` in version `written`, as the version `current` has it.

    A version beyond `current` is returned as it is: fields that were added are ignored on reading.
    """
    for version in range(written, current):
        step = steps.get(version, {}).get(kind)
        if step is not None:
            data = step(data)
    return data | {"schema_version": current} if tells_version(kind) and written < current else data


@cache
def tells_version(kind: type[Struct]) -> bool:
    """Whether a record of `kind` says itself which version it is written in; of the others its `ce_type` does."""
    return "schema_version" in kind.__struct_fields__
