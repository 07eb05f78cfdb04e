"""Bands of numbers, as the features of the learnt parts name them: "<2", "<5", "5+"."""


class Bands:
    """Splits numbers at `bounds`, which ascend. The names are made once, for they are often asked for."""

    def __init__(self, *bounds: float) -> None:
        self._bounds = list(bounds)
        self._below = [f"<{bound:g}" for bound in bounds]
        self._above = f"{bounds[-1]:g}+"

    def of(self, number: float) -> str:
        """Return the band that `number` lies in: "<b" for the first bound that it is below, "b+" above the last."""
        for at in range(len(self._bounds)):
            if number < self._bounds[at]:
                return self._below[at]
        return self._above
